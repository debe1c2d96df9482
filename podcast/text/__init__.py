"""A transcript file -> a script; and the rules of written Chinese. Nothing here makes a sound.

    file --read--> Transcript --quote, clean--> Transcript --trim--> Transcript
        --punctuate--> Sentences --divide--> Script --entitle--> Script --editor--> Script
    Script <--script--> Markdown
    Script --summarise--> the sentences of the show notes

    draft       runs the stages above in their order
    deletions   what a step of editing deleted, and why
    explain     compares script and transcript line by line, for `podcast script --why`
    remarks     notes on a script for the person who asked for it
    subject     what recurs all through a talk that nobody gave a title
    proper      the Chinese names of people and companies in a talk
    names, glossary    find names that are spelt in several ways, and give them one spelling
    words, spacing, sentences, hanzi    the rules of written Chinese, which other rooms use, too

`words.tsv`, `proper.tsv` and `glossary.toml` beside these modules are their tables.
"""
