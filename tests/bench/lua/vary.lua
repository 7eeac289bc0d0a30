-- Like look.lua, with varying requests: `wrk ... -- MS FILE`, one path per line of the file.
local think, paths, at = 0, {}, 0

function init(args)
    think = tonumber(args[1] or 0)
    for line in io.lines(args[2]) do
        paths[#paths + 1] = line
    end
    math.randomseed(os.time())
    at = math.random(#paths)
end

function request()
    at = at % #paths + 1
    return wrk.format("GET", paths[at])
end

function delay()
    return think > 0 and math.random(think / 2, think * 3 / 2) or 0
end

function done(summary, latency)
    print(string.format('{"n": %d, "p50": %.3f, "p95": %.3f, "refused": %d}', summary.requests,
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.errors.status))
end
