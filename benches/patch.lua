-- each thread changes its own rows and remembers their versions
local rows, token = tonumber(os.getenv("ROWS")), os.getenv("TOKEN")
local counter = 0
function setup(thread) thread:set("id", counter); counter = counter + 1 end
local n = 0
function request()
  n = n + 1
  return wrk.format("PATCH", string.format("/api/v1/candidates/01760000-0000-7000-8000-%012d", (n % math.floor(rows / 2)) * 2 + 1 + id),
    { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/merge-patch+json", ["If-Match"] = '"' .. (1 + math.floor(n / math.floor(rows / 2))) .. '"' },
    '{"occupation":"bác sĩ ' .. n .. '"}')
end
