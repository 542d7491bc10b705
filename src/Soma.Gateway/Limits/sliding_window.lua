-- What: counts one request against a caller's sliding window and says whether it may go on.
-- Why a script: looking and counting are one step whichever gateways ask at once, and one round trip. The time is this
-- server's own, so that the gateways' clocks do not matter.
-- How it lies: KEYS[1] is a list [total, at, count, at, count, …], oldest moment first, times in microseconds. Only its ends
-- are touched, and each moment is appended once and dropped once. The key ends with its newest moment.
-- The rules are those of SlidingWindow.cs: a refused request does not count, and above 1,024 a grid merges moments.
-- ARGV: limit, window in microseconds, grid in microseconds (0: none). Returns: allowed 1|0, remaining, microseconds to reset.

local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local grid = tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local total = tonumber(redis.call('LINDEX', key, 0) or 0)
local newest = tonumber(redis.call('LINDEX', key, -2) or 0)
if newest > now + window then
  -- The server's clock was set back by more than a window: waiting for it to catch up could refuse a caller for hours.
  redis.call('DEL', key)
  total = 0
elseif newest > now then
  now = newest
end

local oldest = total > 0 and tonumber(redis.call('LINDEX', key, 1))
if oldest and oldest + window <= now then
  redis.call('LPOP', key)
  repeat
    redis.call('LPOP', key)
    total = total - redis.call('LPOP', key)
    oldest = total > 0 and tonumber(redis.call('LINDEX', key, 0))
  until not oldest or oldest + window > now
  if oldest then
    redis.call('LPUSH', key, total)
  end
end

local allowed = total < limit
if allowed then
  total = total + 1
  if not oldest then
    redis.call('RPUSH', key, total, now, 1)
    oldest = now
  else
    redis.call('LSET', key, 0, total)
    if grid > 0 and math.floor(now / grid) == math.floor(newest / grid) then
      redis.call('LSET', key, -2, now)
      redis.call('LSET', key, -1, redis.call('LINDEX', key, -1) + 1)
      if oldest == newest then
        oldest = now
      end
    else
      redis.call('RPUSH', key, now, 1)
    end
  end
  redis.call('PEXPIRE', key, math.ceil(window / 1000) + 1)
end

-- After the limit was lowered, more than it may be counted still.
return { allowed and 1 or 0, math.max(0, limit - total), oldest + window - now }
