-- Says in one line how long answers took: milliseconds.
function done(summary, latency)
    print(string.format('{"n": %d, "p50": %.3f, "p95": %.3f, "refused": %d}', summary.requests,
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.errors.status))
end
