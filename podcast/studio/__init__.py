"""What a creator does in the browser: a transcript dropped on a page -> a published episode.

app          the addresses of the studio, and what answers each; its read-only face
    guard        who may ask: this machine, this page, whoever has the token or the password
    front        the page itself, and the files that it asks for
    desk         what a page asks for -> what it gets, without the web server
        shelf        names -> seeds, episodes and their files, and nothing else
        seeds        a dropped file -> how it is read; a form <-> seeds/NAME.toml
        document     one episode's script, shared by all tabs, the disk and the builds
            blocks       headings and paragraphs, and how two lists of them differ
            page         script.md <-> blocks, each with the lines in which it stands
            history      changes of blocks -> merged, undone, done again
            journal      the history, in a file that outlives the studio
        script_of    blocks -> the Script that they are, even where it is not finished
        marking      where a text occurs, what cleaning dropped, what a glossary would change
        saying       a sentence -> its sound as the episode has it
        builds       builds in the background, and how far they are
        built        the files of an episode, and what `podcast check` finds in them
        events       what happens -> every page that shows the episode
serve        the app at an address of this machine
pages/       what runs in the browser
"""
