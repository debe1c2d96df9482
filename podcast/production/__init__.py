"""An order -> out/<episode>/: who does what when, on processes of this machine or of a cluster.

Order --build--> is it there already? --make--> Script, Production --publish--> out/<episode>/
Script --produce--> chapters recorded, levelled, pressed --> Production

plan, recording, levelling, pressing    the steps of produce
order       what is asked for, what with, and whose script it is
jobs        one chapter's sound, made by whichever process is free
workers, open_workers, cluster    where the work is done
batch       many orders side by side
"""
