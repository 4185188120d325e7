local rows, token = tonumber(os.getenv("ROWS")), os.getenv("TOKEN")
function request()
  return wrk.format("GET", string.format("/api/v1/candidates/01760000-0000-7000-8000-%012d", math.random(rows)), { ["Authorization"] = "Bearer " .. token })
end
