-- What ledger.rs does for one process, for all that share a user's quota; the constants come before this.
-- Moments and lengths are whole microseconds of this server's clock. A unit's score is when its request left, a
-- debt's and a member's the moment from which it counts no longer.
--
-- KEYS: units, debts, members, state
-- ARGV: now (of a test; else empty), what is done, the member that does it, and what each needs

local units, debts, members, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local member = ARGV[3]

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Numbers beyond fourteen digits would be rounded otherwise.
local function text(number)
  return string.format('%.0f', number)
end

local s = {}
-- The unit that is the probe.
local probe_unit
local kept = redis.call('HGETALL', state)
for i = 1, #kept, 2 do
  if kept[i] == 'probe_unit' then
    probe_unit = kept[i + 1]
  else
    s[kept[i]] = tonumber(kept[i + 1])
  end
end

local function save()
  local fields = {}
  local last = now + 4 * HOLD
  for name, value in pairs(s) do
    fields[#fields + 1] = name
    fields[#fields + 1] = text(value)
    last = math.max(last, (name == 'penalty' or name == 'smooth_until') and value + HOLD or 0)
  end
  if probe_unit then
    fields[#fields + 1] = 'probe_unit'
    fields[#fields + 1] = probe_unit
  end
  redis.call('DEL', state)
  if #fields > 0 then
    redis.call('HSET', state, unpack(fields))
  end
  for _, key in ipairs(KEYS) do
    redis.call('PEXPIRE', key, text(math.ceil((last - now) / 1000)))
  end
end

local function end_probe(probe)
  if s.penalty and probe > 0 and s.probe == probe then
    s.probe = 0
    if s.penalty <= now then
      s.penalty = nil
    end
  end
end

redis.call('ZREMRANGEBYSCORE', debts, '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', members, '-inf', text(now))
-- Answers that take long are compared with what left before they did.
redis.call('ZREMRANGEBYSCORE', units, '-inf', text(now - 3 * HOLD))
if s.penalty and s.probe > 0 and s.probe_until <= now then
  end_probe(s.probe)
end

local function own()
  return redis.call('ZCOUNT', units, '(' .. text(now - HOLD), '+inf')
end

-- Pairs of units and until when, the first to end first.
local function owed()
  local found = {}
  local flat = redis.call('ZRANGE', debts, 0, -1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    found[#found + 1] = { units = tonumber(string.match(flat[i], '^%d+')), till = tonumber(flat[i + 1]), name = flat[i] }
  end
  return found
end

local function debt()
  local most = 0
  for _, one in ipairs(owed()) do
    most = math.max(most, one.units)
  end
  return most
end

local function own_at_most(allowed)
  local excess = own() - allowed
  if excess <= 0 then
    return now
  end
  local at = redis.call('ZRANGEBYSCORE', units, '(' .. text(now - HOLD), '+inf', 'WITHSCORES', 'LIMIT', excess - 1, 1)
  return at[2] and tonumber(at[2]) + HOLD or now + HOLD
end

local function unit_free()
  local from = now
  local all = owed()
  all[#all + 1] = { units = 0, till = math.huge }
  for _, one in ipairs(all) do
    local allowed = s.limit - one.units - 1
    if allowed >= 0 then
      local at = math.max(own_at_most(allowed), from)
      if at < one.till then
        return at
      end
    end
    from = math.max(from, one.till)
  end
  return from
end

local function owe(count, till)
  if count <= 0 or till <= now then
    return
  end
  for _, one in ipairs(owed()) do
    if one.till >= till and one.units >= count then
      return
    elseif one.till <= till and one.units <= count then
      redis.call('ZREM', debts, one.name)
    end
  end
  redis.call('ZADD', debts, text(till), text(count) .. ':' .. text(till))
end

local function learn(told, left)
  if told < s.limit then
    s.cut_at = now
  end
  if told <= s.limit then
    s.limit, s.higher = told, nil
  elseif not s.cut_at or left > s.cut_at then
    if s.higher == told then
      s.limit, s.higher = told, nil
    else
      s.higher = told
    end
  end
end

-- How the quota stands: limit, units of all members, units of others, members.
local function standing(...)
  local answer = { ... }
  for _, value in ipairs({ s.limit or 0, own(), debt(), redis.call('ZCARD', members) }) do
    answer[#answer + 1] = value
  end
  for i, value in ipairs(answer) do
    answer[i] = text(value)
  end
  save()
  return answer
end

local operations = {}

-- ARGV: 4 unit, 5 limit as it is assumed, 6 pacing, 7 chance in millionths
function operations.take()
  if not redis.call('ZSCORE', members, member) then
    -- What it did while it was away has to be told first.
    return standing(2)
  end
  redis.call('ZADD', members, text(now + ALIVE), member)
  s.limit = s.limit or math.max(tonumber(ARGV[5]), 1)
  local pacing = ARGV[6]
  local is_smooth = pacing == 'smooth' or (s.smooth_until or 0) > now
  local at = now
  if pacing ~= 'off' then
    at = unit_free()
  end
  at = math.max(at, s.next or 0, s.penalty or 0, s.settled or 0)
  local not_before = at
  if s.penalty and s.probe > 0 then
    at = math.max(at, s.probe_until)
  end
  if at > now then
    local is_penalty = s.penalty and (s.penalty > now or s.probe > 0)
    return standing(0, at - now, not_before - now, is_penalty and 1 or 0)
  end
  local spacing = 0
  if pacing == 'smooth' or pacing ~= 'off' and is_smooth then
    spacing = math.floor(HOLD / s.limit)
  elseif pacing ~= 'off' then
    spacing = math.floor(math.min(WINDOW / s.limit / 2, EAGER) * (1 + tonumber(ARGV[7]) / 2000000))
  end
  s.next = now + spacing
  local probe = 0
  if s.penalty and s.probe == 0 then
    s.probes = (s.probes or 0) + 1
    probe, s.probe, s.probe_until = s.probes, s.probes, now + WINDOW
    probe_unit = ARGV[4]
  end
  redis.call('ZADD', units, text(now), ARGV[4])
  return standing(1, now, probe, spacing)
end

-- ARGV: 4 unit, 5 when its request left
function operations.sent()
  redis.call('ZADD', units, 'XX', 'GT', ARGV[5], ARGV[4])
  return standing()
end

-- ARGV: 4 unit, 5 probe, or 0 if it is not known, 6 spacing
function operations.unsent()
  local probe = tonumber(ARGV[5])
  if probe == 0 and probe_unit == ARGV[4] then
    -- Nobody waited for the answer that named it.
    probe = s.probe or 0
  end
  redis.call('ZREM', units, ARGV[4])
  if s.next then
    s.next = s.next - tonumber(ARGV[6])
  end
  if s.penalty and probe > 0 and s.probe == probe then
    s.probe = 0
  end
  return standing()
end

-- ARGV: 4 probe
function operations.given_up()
  end_probe(tonumber(ARGV[4]))
  return standing()
end

-- ARGV: 4 probe, 5 when its request left, 6 status, 7 limit, 8 remaining, 9 reset, 10 the wait asked for, or empty
function operations.answered()
  local probe, left, status = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local limit, remaining, reset, wait = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
  local is_ours = status ~= 401 and status ~= 403
  if is_ours then
    s.limit = s.limit or math.max(limit or 1, 1)
  end
  local used_up = own() + debt()
  if is_ours and limit then
    learn(math.max(limit, 1), left)
  end
  if is_ours and remaining then
    local ours = redis.call('ZCOUNT', units, '(' .. text(left - HOLD), '+inf')
    local told = reset
    if status == 429 then
      told = wait
    end
    local till = left + HOLD
    if told then
      till = math.min(now + told, till)
    end
    owe((limit or s.limit) - remaining - ours, till)
  end
  if status ~= 429 then
    s.vague = nil
    end_probe(probe)
    return standing()
  end
  local is_next = not s.penalty or probe > 0 and s.probe == probe
  if not wait then
    s.vague = math.max((s.vague or 0) + (is_next and 1 or 0), 1)
    wait = math.min(VAGUE * 2 ^ math.min(s.vague - 1, 30), WINDOW)
  end
  if used_up < s.limit then
    s.smooth_until = now + SMOOTH
  end
  local till = now + math.min(wait, LONGEST)
  if is_next then
    s.probe = 0
  end
  s.penalty = math.max(s.penalty or 0, till)
  s.next = math.max(s.next or 0, s.penalty)
  return standing()
end

-- ARGV: 4 limit as it is known, 5 how much longer it is to pause, 6 whether it was lost, then units and how long ago each left
function operations.join()
  redis.call('ZADD', members, text(now + ALIVE), member)
  s.limit = s.limit or math.max(tonumber(ARGV[4]), 1)
  local news = tonumber(ARGV[6])
  for i = 7, #ARGV, 2 do
    news = news + redis.call('ZADD', units, 'NX', text(now - tonumber(ARGV[i + 1])), ARGV[i])
  end
  if news > 0 then
    -- Others have something to tell as well.
    s.settled = now + SETTLE
  end
  local pause = tonumber(ARGV[5])
  if pause > 0 then
    if not s.penalty then
      s.probe = 0
    end
    s.penalty = math.max(s.penalty or 0, now + pause)
  end
  return standing()
end

return operations[ARGV[2]]()
