"""The goals, each a ratio of values measured in the same rounds, and the tables."""
import statistics

UP, DOWN = 1, -1  # more is better, less is better


def rate(name):
    return lambda r: r[name]["rate"]


def ratio(a, b, what="rate"):
    return lambda r: r[a][what] / max(r[b][what], 1e-9)


def combined(name):
    def figure(r):
        limit = 1 / (1 / r["fixed 5 KB"]["rate"] + 1 / r["pgbench slots"]["rate"])
        return r[name]["rate"] / limit
    return figure


# (name, what, direction, must, good, figure of one round)
ROUNDS = [
    ("G1", "14-day slots / trivial module, same statement", UP, 0.75, 0.85, ratio("slots", "trivial slots")),
    ("G2", "14-day slots / combined limit of fixed JSON and pgbench", UP, 0.70, 0.80, combined("slots")),
    ("G3", "hold / pgbench of the same statement", UP, 0.55, 0.65, ratio("hold", "pgbench hold")),
    ("G4", "hold / trivial module's hold", UP, 0.75, 0.85, ratio("hold", "trivial hold")),
    ("G5", "webhook intake / pgbench of its function", UP, 0.55, 0.65, ratio("webhook", "pgbench webhook")),
    ("G6", "page from memory (404) / static 20 KB", UP, 0.8, 1.0, ratio("memory page", "static 20 KB")),
    ("G7", "booking page, one database read / static 20 KB", UP, 0.35, 0.45, ratio("booking page", "static 20 KB")),
    ("G8", "httpd CPU of a slots request / fixed JSON 5 KB", DOWN, 3.0, 2.3, ratio("slots", "fixed 5 KB", "httpd_us")),
    ("G9", "slots, database CPU, {large} / {small} bookings", DOWN, 1.6, 1.3, ratio("slots", "slots small", "db_us")),
    ("G10", "hold, database CPU, {large} / {small} bookings", DOWN, 2.0, 1.5, ratio("hold", "hold small", "db_us")),
    ("G15", "hold, database CPU of its function / a bare insert of its row", DOWN, 3.0, 2.0,
     ratio("pgbench hold", "pgbench claim", "db_us")),
    ("G16", "approved payment, database CPU of its function / the bare rows it ends in", DOWN, 3.0, 2.0,
     ratio("pgbench payment", "pgbench payment rows", "db_us")),
    ("G19", "whole booking over HTTP, c=8, database CPU / the bare rows it ends in", DOWN, 3.0, 2.0,
     ratio("booking, 8 links", "pgbench booking rows", "db_us")),
    ("G20", "bookings of one link / over eight links, c=8", UP, 0.9, 0.95, ratio("booking, 1 link", "booking, 8 links")),
]
# From the fixed-rate runs and the memory after 10,000 requests.
OTHERS = [
    ("G13", "slots, p99 / p50 at 60 % of capacity", DOWN, 6, 4, "slots tail"),
    ("G14", "hold, p99 / p50 at 60 % of capacity", DOWN, 6, 3, "hold tail"),
    ("memory", "PSS of httpd, idle after 10,000 requests, MB", DOWN, 60, 40, "pss"),
]


def verdict(direction, must, good, value):
    if value * direction >= good * direction:
        return "good"
    return "reached" if value * direction >= must * direction else "MISSED"


def judge(rounds, others, names):
    """[{goal, what, must, good, reached, verdict}]; values that were not measured are omitted."""
    out = []

    def add(goal, what, direction, must, good, value):
        sign = "" if direction == UP else "<= "
        out.append({"goal": goal, "what": what.format(**names), "must": sign + "%g" % must, "good": sign + "%g" % good,
                    "reached": round(value, 2), "verdict": verdict(direction, must, good, value)})
    for goal, what, direction, must, good, figure in ROUNDS:
        add(goal, what, direction, must, good, statistics.median(figure(r) for r in rounds))
    for goal, what, direction, must, good, key in OTHERS:
        add(goal, what, direction, must, good, others[key])
    return out


def trivial(rounds):
    """The trivial module's results for the goals that are not ratios to it."""
    figures = [statistics.median(figure(r) for r in rounds) for figure in
               (combined("trivial slots"), ratio("trivial slots", "fixed 5 KB", "httpd_us"))]
    return "The trivial module, which only runs the statement, comes to %.2f in G2 and to %.2f in G8 here." % tuple(figures)


def absolute(rounds):
    """Medians of every load: [{load, rate, p50_us, p99_us, httpd_us, db_us, refused}]."""
    out = []
    for name in rounds[0]:
        row = {"load": name}
        for key in ("rate", "p50_us", "p99_us", "httpd_us", "db_us"):
            values = [r[name][key] for r in rounds if key in r[name]]
            row[key] = round(statistics.median(values), 1) if values else None
        row["refused"] = sum(r[name]["refused"] for r in rounds) / sum(r[name]["requests"] for r in rounds)
        out.append(row)
    return out


def grid(head, rows, markdown, right=()):
    cells = [[str(c) for c in row] for row in [head] + rows]
    width = [max(len(row[i]) for row in cells) for i in range(len(head))]

    def line(row, fill=" "):
        padded = [c.rjust(w, fill) if i in right else c.ljust(w, fill) for i, (c, w) in enumerate(zip(row, width))]
        return "| " + " | ".join(padded) + " |" if markdown else "  ".join(padded).rstrip()
    rule = "|" + "|".join("-" * (w + 1) + (":" if i in right else "-") for i, w in enumerate(width)) + "|"
    return "\n".join([line(cells[0]), rule if markdown else line(["" for _ in head], "-")]
                     + [line(row) for row in cells[1:]])


def show(result, markdown):
    def number(value, form="%d"):
        return "" if value is None else form % value
    head = ["goal", "what", "must", "good", "reached", "verdict"]
    goals = [[g[k] if k != "reached" else "%.2f" % g[k] for k in head] for g in result["goals"]]
    rows = [[r["load"], "{:,.0f}".format(r["rate"]), number(r["p50_us"]), number(r["p99_us"]),
             number(r["httpd_us"], "%.1f"), number(r["db_us"], "%.1f"),
             number(r["refused"] * 100, "%.1f %%") if r["refused"] else ""] for r in result["loads"]]
    text = ["Measured on %s." % result["machine"], result["setting"], "",
            grid(head, goals, markdown, (2, 3, 4)), "",
            grid(["load (c = 32 unless said)", "requests/s", "p50 us", "p99 us", "httpd CPU us", "database CPU us",
                  "refused"], rows, markdown, (1, 2, 3, 4, 5, 6)), ""]
    text += result["notes"]
    return "\n".join(text)
