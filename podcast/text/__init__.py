"""A transcript file -> a script: words only, no sound. And what written Chinese asks of any text.

    file --read--> Transcript --quote, clean--> Transcript --punctuate--> Sentences
        --divide--> Script --entitle--> Script --editor--> Script <--script--> Markdown
    Script --summarise--> the sentences of the show notes

    draft       the stages above in their order
    explain     what became of each line, for `podcast script --why`
    remarks     what the person who asked for a script should know of it
    names, glossary    names that are spelt in several ways, and their one spelling
    words, spacing, sentences, hanzi    the rules of written Chinese, which other rooms ask too

`words.tsv` and `glossary.toml` beside these modules are their tables.
"""
