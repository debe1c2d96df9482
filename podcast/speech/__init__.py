"""A script -> clips: a voice for each role, and the sound of each sentence.

voices/*.toml --cast, choose, further--> Cast
Paragraph --speak--> Clips --pace--> Clips with pauses as long as the recipe says
texts of online voices --fetch--> clips in the store, before chapters are recorded

say        one text -> a .wav file
sample     all voices -> a page of samples
try_out    one new model -> whether it works
"""
