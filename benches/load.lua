-- wrk -s load.lua URL -- KIND PREFIX TOKENS ROWS VERSIONS: sends one kind of request, the same to every server; PREFIX is /api/v1, or `none`.
local STAGES = { "nominated", "in_plan", "dossier", "branch_resolved", "submitted", "decided", "probationary", "official", "removed" }
local FAMILY = { "nguyen", "tran", "le", "pham", "huynh", "hoang", "phan", "vu", "dang", "bui" }
local MIDDLE = { "van", "thi", "huu", "duc", "minh", "ngoc", "thanh", "xuan", "hoang", "dinh" }
local GIVEN = { "an", "anh", "binh", "cuong", "dung", "giang", "ha", "hai", "hoa", "lan", "linh", "mai", "nam", "phuc", "quan", "son", "tam", "thao", "trang", "tuan" }
local LETTERS = "abcdeghiklmnopqrstuvxy"
local random = math.random

local function id(n) return string.format("01760000-0000-7000-8000-%012x", n) end
local function branch() return string.format("01750000-0000-7000-8000-00000b%02d0000", random(20)) end
local function word()
  local letters = {}
  for i = 1, 5 do local at = random(#LETTERS); letters[i] = LETTERS:sub(at, at) end
  return table.concat(letters)
end

function init(args)
  local kind, prefix, rows = args[1], args[2] == "none" and "" or args[2], tonumber(args[4])
  math.randomseed(os.time() * 1000 + math.floor(os.clock() * 1e6) % 1000)
  local tokens = {}
  for line in io.lines(args[3]) do tokens[#tokens + 1] = "Bearer " .. line end
  local reading = { ["Authorization"] = tokens[1] }
  -- rows are changed in a scattered order, each with its current version; the VERSIONS file lists the rows whose version is no longer 1
  local versions = {}
  if kind == "patch" then
    for line in io.lines(args[5]) do local n, version = line:match("(%d+) (%d+)"); versions[tonumber(n)] = tonumber(version) end
  end
  local at, step, paper = random(rows), rows % 7919 == 0 and 7907 or 7919, 0
  local kinds = {
    get = function() return wrk.format("GET", prefix .. "/candidates/" .. id(random(rows)), reading) end,
    list = function() return wrk.format("GET", prefix .. "/candidates?branch_id=" .. branch() .. "&stage=" .. STAGES[random(9)] .. "&limit=50", reading) end,
    search = function()
      local name = FAMILY[random(10)] .. "%20" .. MIDDLE[random(10)] .. "%20" .. GIVEN[random(20)]
      return wrk.format("GET", prefix .. "/candidates?q=" .. name .. "&limit=20&fields=id,full_name,branch_id,stage,birth_date", reading)
    end,
    crowd = function() return wrk.format("GET", prefix .. "/candidates/" .. id(random(rows)), { ["Authorization"] = tokens[random(#tokens)] }) end,
    quotas = function() return wrk.format("GET", prefix .. "/annual-quotas?year=" .. random(2021, 2025), reading) end,
    patch = function()
      at = (at + step) % rows
      local version = versions[at + 1] or 1
      versions[at + 1] = version + 1
      return wrk.format("PATCH", prefix .. "/candidates/" .. id(at + 1),
        { ["Authorization"] = tokens[1], ["Content-Type"] = "application/merge-patch+json", ["If-Match"] = '"' .. version .. '"' },
        '{"occupation":"Điều dưỡng ' .. random(1000000) .. '"}')
    end,
    nomination = function()
      paper = paper + 1
      return wrk.format("POST", prefix .. "/nominations", { ["Authorization"] = tokens[2], ["Content-Type"] = "application/json" }, string.format(
        '{"branch_id":"%s","full_name":"Trần %s %s","sex":"female","birth_date":"19%02d-%02d-%02d","occupation":"Điều dưỡng","youth_union_member":false,"trade_union_member":true,"paper_number":"%s-%d","paper_on":"2023-03-01"}',
        branch(), word(), word(), random(70, 99), random(12), random(28), word(), paper))
    end,
  }
  request = kinds[kind]
  if kind == "crowd" then
    refused, patient = 0, 0
    response = function(status, headers)
      if status ~= 503 then return end
      refused = refused + 1
      if headers["retry-after"] or headers["Retry-After"] then patient = patient + 1 end
    end
  end
end

local crowd
function setup(thread) crowd = thread end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %d, "us": %d, "p50": %.0f, "p99": %.0f, "errors": %d, "bytes": %d, "refused": %d, "patient": %d}\n', summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.status + errors.connect + errors.read + errors.write + errors.timeout, summary.bytes, crowd:get("refused") or 0, crowd:get("patient") or 0))
end
