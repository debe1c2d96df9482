"""Bytes on this disk or in a bucket: read safely, named by their content, kept, replaced whole.

    path --decode--> text --toml, settings, options--> what a person wrote beside a seed
    content, modules --keys, sources--> a name --store, bucket--> the file kept under that name
    new files --whole--> in the place of the old ones, or nothing changes

Nothing here knows what an episode is.
"""
