"""Speed, size and memory of this project beside other engines: ``python -m benchmarks.speed`` or ``make bench``.

    corpus.py     articles -> passages, read once; more of them by repetition with changes
    queries.py    classes of queries, drawn from the passages with a fixed seed
    peers/        one file an engine, behind one small protocol
    worker.py     a child process that builds or searches one engine; children.py starts and asks it
    steps.py      what is measured of an index, quality.py and serving.py the rest
    report.py     the table in Markdown; charts.py draws SVG

Nothing but the standard library is imported here: an engine may live in another interpreter than this project.
"""
