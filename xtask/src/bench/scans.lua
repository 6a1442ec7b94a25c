-- Asks for one scan after the other, and says as JSON what it took.
local paths = {}
for id in io.lines(os.getenv("SCANS")) do
  paths[#paths + 1] = "/api/scans/" .. id
end
local headers = {["Authorization"] = "Bearer " .. os.getenv("AXIOMO_API_KEY")}
local at = 0

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format(
    '{"median_us": %f, "p99_us": %f, "per_second": %f, "failed": %d}',
    latency:percentile(50), latency:percentile(99), summary.requests / (summary.duration / 1e6),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
