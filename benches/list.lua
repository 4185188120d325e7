local token, branch = os.getenv("TOKEN"), os.getenv("BRANCH")
function request()
  return wrk.format("GET", "/api/v1/candidates?branch_id=" .. branch .. "&stage=in_plan&limit=50", { ["Authorization"] = "Bearer " .. token })
end
