-- Requests for wrk: `wrk ... -s load.lua URL -- KIND key=value ...`, or with the one argument
-- "same" to repeat the URL itself. Prints one line of JSON at the end.
--   slots, hold                a random professional; for a hold a new slot each time
--   trivial-slots, trivial-hold  the same of the comparison module
--   webhook                    signed events from a file, each once
--   booking                    alternately a hold of the first business and its booking, by this many links (a thread
--                              per connection)
-- Values: threads, base (the first slot number), pros, per (professionals of a tenant), monday
-- (epoch of the first working day's midnight), from, to (dates), lo, hi (epochs), host, hook, file, links.

local WALK, SLOTS, DAYS_OF_WEEK = 15485863, 1680, 5
local threads = 0
local opt = {}

-- A thread runs before the next one is set up, so the number of threads is an argument.
function setup(thread)
    thread:set("id", threads)
    threads = threads + 1
end

local function who_is(p)
    local t = math.floor(p / opt.per)
    return {link = "bench-" .. t,
            tenant = string.format("00000000-0000-7000-8000-%d", 100000000000 + t),
            service = string.format("00000000-0000-7000-8000-%d", 200000000000 + t),
            professional = string.format("00000000-0000-7000-8000-%d", 300000000000 + p)}
end

-- The n-th free slot in sequence: every slot occurs once before any is repeated, and none is booked.
local function slot(n)
    local i = (n * WALK + 12345) % (opt.pros * SLOTS)
    local p, f = i % opt.pros, math.floor(i / opt.pros)
    local w, k = math.floor(f / 14), f % 14
    local k1 = (p * 7 + (w + 1000) * 3) % 16
    local k2 = (k1 + 5) % 16
    if k >= math.min(k1, k2) then k = k + 1 end
    if k >= math.max(k1, k2) then k = k + 1 end
    local day = math.floor(w / DAYS_OF_WEEK) * 7 + w % DAYS_OF_WEEK
    return p, opt.monday + day * 86400 + (k < 8 and 28800 or 32400) + k * 1800
end

local days = {}
local function rfc3339(at)
    local day = math.floor(at / 86400)
    days[day] = days[day] or os.date("!%Y-%m-%dT", day * 86400)
    local s = at % 86400
    return string.format("%s%02d:%02d:00Z", days[day], math.floor(s / 3600), math.floor(s % 3600 / 60))
end

local make = {}

function make.slots()
    local w = who_is(math.random(0, opt.pros - 1))
    return wrk.format("GET", string.format("/api/availability?link=%s&service=%s&professional=%s&from=%s&to=%s",
                                           w.link, w.service, w.professional, opt.from, opt.to))
end

make["trivial-slots"] = function()
    local w = who_is(math.random(0, opt.pros - 1))
    return wrk.format("GET", string.format("/trivial/slots?%s&%s&%d&%d", w.tenant, w.professional, opt.lo, opt.hi))
end

function make.hold()
    local p, at = slot(opt.base + n * opt.threads + id)
    local w = who_is(p)
    return wrk.format("POST", "/api/holds", nil,
                      string.format('{"link":"%s","service":"%s","professional":"%s","start":"%s"}',
                                    w.link, w.service, w.professional, rfc3339(at)))
end

make["trivial-hold"] = function()
    local p, at = slot(opt.base + n * opt.threads + id)
    local w = who_is(p)
    return wrk.format("GET", string.format("/trivial/hold?%s&%s&%s&%d&%s", w.tenant, w.service, w.professional, at,
                                           w.link))
end

-- Each booking has its own address, because an unconfirmed address may have only one free booking.
local CUSTOMER = '"customer":{"name":"Ana Pérez","email":"%s@customer.example","phone":"+573001234567"},'
local held

function make.booking()
    if held then
        return wrk.format("POST", "/api/bookings", nil,
                          string.format('{"hold":"%s","token":"%s",' .. CUSTOMER .. '"accepted_terms":true}', held.id, held.token,
                                        held.id))
    end
    local p, at = slot(opt.base + n * opt.threads + id)
    return wrk.format("POST", "/api/holds", nil,
                      string.format('{"link":"bench-free-%d","service":"00000000-0000-7000-8000-210000000000",'
                                    .. '"professional":"%s","start":"%s"}',
                                    id % opt.links, who_is(p).professional, rfc3339(at)))
end

local function booked(_, _, body)
    local hold = not held and {id = body:match('"id":%s*"([^"]+)"'), token = body:match('"token":%s*"([^"]+)"')}
    held = hold and hold.token and hold or nil
end

-- A line of the file: transaction, space, checksum. The rest of the event is the same.
function make.webhook()
    local line = events[n * opt.threads + id + 1] or events[#events]
    local tx, sum = line:match("^(%S+) (%S+)")
    wrk.headers["X-Event-Checksum"] = sum
    return wrk.format("POST", opt.hook, nil, (template:gsub("@TX@", tx, 2):gsub("@SUM@", sum, 1)))
end

function init(args)
    n = -1
    kind = args[1] or "same"
    for i = 2, #args do
        local key, value = args[i]:match("^(%w+)=(.*)$")
        opt[key] = tonumber(value) or value
    end
    math.randomseed((opt.base or 0) + id * 7919 + 1)
    wrk.headers["Host"] = opt.host
    if kind == "booking" then
        response = booked
    end
    if kind == "hold" or kind == "webhook" or kind == "booking" then
        wrk.headers["Content-Type"] = "application/json"
    end
    if kind == "webhook" then
        events = {}
        for line in io.lines(opt.file) do
            if template then table.insert(events, line) else template = line end
        end
    end
    same = wrk.format()
end

function request()
    n = n + 1
    return kind == "same" and same or make[kind]()
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "p50_us": %d, "p99_us": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout))
end
