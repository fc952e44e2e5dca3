"""The order of a layer's strokes: joined into trails, loops spliced in, least time with the pen up.

joining   strokes into trails by Euler's rule, as few as their ends allow
splicing  closed trails into what they touch
greedy    a first tour over the trails, from their nearest ends
tour      the search that shortens it
starts    where closed trails are begun
layer     all of them, one after the other
compiled  where the compiled code is kept, and whether it is there
"""
