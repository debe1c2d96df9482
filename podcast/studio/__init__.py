"""What a creator does in the browser: a transcript dropped on a page -> a published episode.

app          the addresses of the studio, and what answers each
    guard        who may ask: this machine, this page, whoever has the token or the password
    shelf        names -> seeds, episodes and their files, and nothing else
    document     one episode's script, shared by all tabs, the disk and the builds
        page         script.md <-> the blocks that the page shows
        history      a change of blocks -> merged, undone, done again
        journal      the history, in a file that outlives the studio
    builds       builds in the background, and how far they are
    saying       a sentence -> its sound as the episode has it
    marking      where a text occurs, what cleaning dropped, what a glossary would change
    seeds        a dropped file -> how it is read; settings <-> seeds/NAME.toml
    events       what happens -> every page that shows the episode
serve        the app at an address of this machine
pages/       what runs in the browser
"""
