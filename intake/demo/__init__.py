"""The demo: a made-up newsroom whose pieces play their journeys through the product's own use-cases.

Nobody in it is real. It writes no row itself, bends no rule, and sends nothing: letters are kept as files.
"""
