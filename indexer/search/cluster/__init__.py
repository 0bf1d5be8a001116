"""The same search on a cluster.

The tree of a query is compiled into OpenSearch's queries, one for each step of the ladder (``compile``): they say which passages
answer and how many, and name the best of them. Those come here with what is around them and become a segment in memory, in
which our own code ranks, marks and counts (``answer``), by the frequencies of the whole archive (``session``).
"""
