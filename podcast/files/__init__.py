"""Files on this disk or at a URL: read safely, named by a hash of their content, replaced whole.

    path --decode--> text --toml, settings, options--> the settings beside a seed
    content, modules --keys, sources--> a key --store, bucket--> the file of that name
    new files --whole--> in the place of the old ones, or nothing changes

Nothing here knows what an episode is.
"""
