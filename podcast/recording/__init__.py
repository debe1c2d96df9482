"""The original recording, its transcript -> the times of its words, and files that fit it.

    file --outside/ffmpeg--> sound --features, network--> scores
        + lines --said, chain--> a row of states --search, edges--> Alignment     `align`
    Alignment + Script --carry--> Episode in the recording's time --original--> texts of its files

    Alignment, sound --levels--> Lulls + Script --matching--> Passages          `passages`

`heard` opens a recording, remembers what was found in it, and refuses one of another talk. A
transcript that tells times of its own needs no recording: `times.told_times`.

The network, `acoustic.npz`, is data under CC BY-SA 4.0; training/acoustic/ has its card.
"""
