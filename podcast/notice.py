"""What listeners must be told wherever an episode is offered: its voices are synthetic.

Source: China's measures for labelling synthetic content, in force since 2025-09-01.
"""

NOTICE = "本节目的声音由人工智能合成，并非真人录音。"
NOTICE_ENGLISH = "The voices in this episode are AI-generated."
