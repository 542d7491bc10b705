-- What: counts one request against one or more windows of a caller and says whether it may go on. It is counted in all of them, or, if one
-- of them is full, in none.
-- Why a script: looking and counting are one step whichever gateways ask at once, and one round trip. The time is this
-- server's own, so that the gateways' clocks do not matter.
-- How it lies: each of KEYS is a list [total, at, count, at, count, …], oldest moment first, times in microseconds. Only its ends
-- are touched, and each moment is appended once and dropped once. The key ends with its newest moment.
-- The rules are those of SlidingWindow.cs: a refused request does not count, and above 1,024 a grid merges moments.
-- ARGV: for each key limit, window in microseconds, grid in microseconds (0: none). Returns: allowed 1|0, then for each key remaining and
-- microseconds to reset.

local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]

local function open(i)
  local key = KEYS[i]
  local window = { key = key, limit = tonumber(ARGV[3 * i - 2]), length = tonumber(ARGV[3 * i - 1]), grid = tonumber(ARGV[3 * i]), now = clock }
  local total = tonumber(redis.call('LINDEX', key, 0) or 0)
  local newest = tonumber(redis.call('LINDEX', key, -2) or 0)
  if newest > clock + window.length then
    -- The server's clock was set back by more than a window: waiting for it to catch up could refuse a caller for hours.
    redis.call('DEL', key)
    total = 0
  elseif newest > clock then
    window.now = newest
  end

  local oldest = total > 0 and tonumber(redis.call('LINDEX', key, 1))
  if oldest and oldest + window.length <= window.now then
    redis.call('LPOP', key)
    repeat
      redis.call('LPOP', key)
      total = total - redis.call('LPOP', key)
      oldest = total > 0 and tonumber(redis.call('LINDEX', key, 0))
    until not oldest or oldest + window.length > window.now
    if oldest then
      redis.call('LPUSH', key, total)
    end
  end

  window.total, window.oldest, window.newest = total, oldest, newest
  return window
end

local function count(window)
  local key, now = window.key, window.now
  window.total = window.total + 1
  if not window.oldest then
    redis.call('RPUSH', key, window.total, now, 1)
    window.oldest = now
  else
    redis.call('LSET', key, 0, window.total)
    if window.grid > 0 and math.floor(now / window.grid) == math.floor(window.newest / window.grid) then
      redis.call('LSET', key, -2, now)
      redis.call('LSET', key, -1, redis.call('LINDEX', key, -1) + 1)
      if window.oldest == window.newest then
        window.oldest = now
      end
    else
      redis.call('RPUSH', key, now, 1)
    end
  end
  redis.call('PEXPIRE', key, math.ceil(window.length / 1000) + 1)
end

local windows = {}
local allowed = true
for i = 1, #KEYS do
  windows[i] = open(i)
  allowed = allowed and windows[i].total < windows[i].limit
end

local answer = { allowed and 1 or 0 }
for i = 1, #KEYS do
  local window = windows[i]
  if allowed then
    count(window)
  end
  -- After the limit was lowered, more than it may be counted still.
  answer[2 * i] = math.max(0, window.limit - window.total)
  answer[2 * i + 1] = window.oldest and window.oldest + window.length - window.now or 0
end
return answer
