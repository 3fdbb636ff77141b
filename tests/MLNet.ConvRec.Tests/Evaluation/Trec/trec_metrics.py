"""recall@k and ndcg@k by the textbook, from a TREC run and qrels; knows nothing of the library that wrote them.

trec_metrics.py RUN QRELS K... prints {"recall@K": {qid: value}, "ndcg@K": {qid: value}} over the judged queries.
"""
import json
import math
import sys


def read_qrels(path):
    relevant = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            qid, _, docno, relevance = line.split()
            assert docno not in relevant.setdefault(qid, set()), f"{docno} is judged twice for {qid}"
            if int(relevance) > 0:
                relevant[qid].add(docno)
    return relevant


def read_run(path):
    scored = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            qid, q0, docno, _, score, _ = line.split()
            assert q0 == "Q0"
            assert docno not in scored.setdefault(qid, {}), f"{docno} is retrieved twice for {qid}"
            scored[qid][docno] = float(score)
    for qid, documents in scored.items():
        assert len(set(documents.values())) == len(documents), f"scores of {qid} tie"
    return {qid: sorted(documents, key=documents.get, reverse=True) for qid, documents in scored.items()}


def main(run_path, qrels_path, *depths):
    relevant, ranked = read_qrels(qrels_path), read_run(run_path)
    values = {}
    for k in map(int, depths):
        recall, ndcg = values.setdefault(f"recall@{k}", {}), values.setdefault(f"ndcg@{k}", {})
        for qid, wanted in relevant.items():
            gains = [1 if docno in wanted else 0 for docno in ranked.get(qid, [])[:k]]
            ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(wanted)) + 1))
            recall[qid] = sum(gains) / len(wanted)
            ndcg[qid] = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1)) / ideal
    json.dump(values, sys.stdout)


main(*sys.argv[1:])
