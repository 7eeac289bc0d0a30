-- Prints the response times in milliseconds on one line. `wrk ... -- MS`: each client waits about MS
-- (half to one and a half of it) before its next request.
local think = 0

function init(args)
    think = tonumber(args[1] or 0)
    math.randomseed(os.time())
end

function delay()
    return think > 0 and math.random(think / 2, think * 3 / 2) or 0
end

function done(summary, latency)
    print(string.format('{"n": %d, "p50": %.3f, "p95": %.3f, "refused": %d}', summary.requests,
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.errors.status))
end
