"""A script -> what each voice says, by whatever engine speaks for it.

voices/*.toml --cast, choose--> Cast
Paragraph --speak--> Clips --pace--> Clips, their pauses as the recipe says
what online voices are to say --fetch--> the store, ahead of time

say, sample, try_out    one text, all voices, or one new model, to hear what they are like
"""
