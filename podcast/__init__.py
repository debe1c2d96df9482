"""A Chinese ASR transcript in, a podcast episode out.

    file --read--> Transcript --clean--> Transcript --punctuate--> Sentences
        --divide--> Script --speak--> Clips --assemble--> Track
        --master--> Track --encode--> Episode --write--> out/<episode>/

Each arrow is one module of the same name; `produce.py` is the whole line.
"""

__version__ = "0.2.0"
DISTRIBUTION = "zh2podcast"  # its name where packages are installed; another project is `podcast`
