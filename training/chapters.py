import json, sys
from pathlib import Path
import numpy as np
from scipy.optimize import minimize
from podcast.model import Sentence
from podcast.divide import words as W, signposts as S, cohesion as C
import podcast.divide.boundaries

B = sys.modules["podcast.divide.boundaries"]


def load(path):
    for line in Path(path).open():
        d = json.loads(line)
        sents = tuple(
            Sentence("".join(u["sentences"]), i + 1, None, f"v{u['speaker']}")
            for i, u in enumerate(d["utterances"])
        )
        yield d["id"], sents, [b + 1 for b in d["segment_last_utt"][:-1]], d["headlines"]


def feats(sents):
    L = W.lengths([s.text for s in sents])
    return np.hstack([S.signposts(sents), C.cohesion([W.terms(s.text) for s in sents], L)]), L


NAMES = S.NAMES + C.NAMES


def fit(X, y, prior, l2):
    def f(w):
        z = X @ w[:-1] + w[-1]
        d = w[:-1] - prior
        p = 1 / (1 + np.exp(-z))
        return np.sum(np.logaddexp(0, z) - y * z) + l2 / 2 * d @ d, np.append(
            X.T @ (p - y) + l2 * d, np.sum(p - y)
        )

    return minimize(f, np.append(prior, -3.0), jac=True, method="L-BFGS-B").x


def seg(bs, n):
    a = np.zeros(n, int)
    a[list(bs)] = 1
    return a


def score(ref, hyp, n):
    r, h = np.cumsum(seg(ref, n)), np.cumsum(seg(hyp, n))
    k = max(2, round(n / (len(ref) + 1) / 2))
    dr, dh = r[k:] - r[:-k], h[k:] - h[:-k]
    pk = np.mean((dr > 0) != (dh > 0))
    wd = np.mean(dr != dh)
    free = list(ref)
    hit = 0
    for b in hyp:
        near = min(free, key=lambda g: abs(g - b), default=None)
        if near is not None and abs(near - b) <= 3:
            free.remove(near)
            hit += 1
    return pk, wd, hit, len(hyp), len(ref)


def summary(rows):
    r = np.array(rows, float)
    hit, h, g = r[:, 2].sum(), r[:, 3].sum(), r[:, 4].sum()
    f = [2 * x[2] / max(1, x[3] + x[4]) for x in rows]
    return f"Pk {100 * r[:, 0].mean():.1f} WD {100 * r[:, 1].mean():.1f} F1 {np.mean(f):.3f} microF1 {2 * hit / max(1, h + g):.3f} count {h / g:.2f}"


if __name__ == "__main__":
    data = [(i, s, b, *feats(s)) for i, s, b, _ in load(sys.argv[1])]
    X = np.vstack([d[3][1:] for d in data])
    y = np.concatenate([seg(d[2], len(d[1]))[1:] for d in data])
    print(X.shape, y.sum())
    prior = np.zeros(X.shape[1])
    for l2 in (1, 3, 10, 30):
        w = fit(X, y, prior, l2)
        if l2 == 3:
            for n, c, m in zip(
                NAMES, w, [(X[y == 1, j].mean(), X[y == 0, j].mean()) for j in range(len(NAMES))]
            ):
                print(f"  {n:16s} {c:6.2f}  {m[0]:.2f} {m[1]:.2f}")
        for wanted in (1500, 2000, 2500, 3500):
            for mult in (0.7, 1.0):
                rows = []
                rc = []
                for d in data:
                    o = [e for e in data if e is not d]
                    Xo = np.vstack([e[3][1:] for e in o])
                    yo = np.concatenate([seg(e[2], len(e[1]))[1:] for e in o])
                    w = fit(Xo, yo, prior, l2)
                    base = np.log(yo.mean() / (1 - yo.mean()))
                    ev = (d[3] @ w[:-1] + w[-1] - base) * mult
                    bs = B.boundaries(ev, d[4], wanted, 140)
                    rows.append(score(d[2], bs[1:], len(d[1])))
                    if wanted == 2500:
                        bs = B.boundaries(ev, d[4], wanted, 140, count=len(d[2]) + 1)
                        rc.append(score(d[2], bs[1:], len(d[1])))
                print(l2, wanted, mult, summary(rows), "| right count", summary(rc) if rc else "")
