/** Lua, run by Redis as a whole: KEYS are businesses, numbers and deleted; ARGV[1] is the id. */
const COMMON = `
local businesses, numbers, deleted, id = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local function decoded(text)
  local readable, value = pcall(cjson.decode, text or '{}')
  return readable and type(value) == 'table' and value or {}
end

local function numbers_of(business)
  local list = business.called_numbers
  return type(list) == 'table' and list or {}
end

local function last_version(stored)
  local version = stored.version
  if type(version) == 'number' and version >= 1 and version < 2 ^ 53 and version % 1 == 0 then
    return version
  end
  return tonumber(redis.call('HGET', deleted, id) or '') or 0
end

local function free_numbers(stored)
  for _, number in ipairs(numbers_of(stored)) do
    number = tostring(number)
    if redis.call('HGET', numbers, number) == id then redis.call('HDEL', numbers, number) end
  end
end

local stored = decoded(redis.call('HGET', businesses, id))
local version = last_version(stored)
`;

export const LAST_VERSION = `${COMMON}
return version
`;

/** ARGV: id, JSON, `over` or empty, numbers as JSON, and texts of businesses that hold no number: they are corrupt. */
export const PUT = `${COMMON}
if ARGV[3] ~= '' and tonumber(ARGV[3]) ~= version then return { 'version', version } end

local function reached_by(number)
  local holder = redis.call('HGET', numbers, number)
  if not holder or holder == id then return end
  local text = redis.call('HGET', businesses, holder)
  if not text then return end
  for i = 5, #ARGV do if ARGV[i] == text then return end end
  for _, each in ipairs(numbers_of(decoded(text))) do
    if each == number then return holder, text end
  end
end

local wanted = cjson.decode(ARGV[4])
for _, number in ipairs(wanted) do
  local holder, text = reached_by(number)
  if holder then return { 'number', number, holder, text } end
end
free_numbers(stored)
redis.call('HSET', businesses, id, ARGV[2])
redis.call('HDEL', deleted, id)
for _, number in ipairs(wanted) do redis.call('HSET', numbers, number, id) end
`;

/** ARGV: id, `over` or empty. */
export const DELETE = `${COMMON}
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= version then return { 'version', version } end
free_numbers(stored)
if redis.call('HDEL', businesses, id) == 1 then
  redis.call('HSET', deleted, id, string.format('%.0f', version + 1))
end
`;

/** Of a number to the business that it reaches; the keys are businesses and numbers. */
export const BY_NUMBER = `
local id = redis.call('HGET', KEYS[2], ARGV[1])
return id and redis.call('HGET', KEYS[1], id)
`;
