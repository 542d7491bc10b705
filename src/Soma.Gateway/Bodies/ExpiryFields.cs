using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary><c>expires_at</c> and <c>ttl_seconds</c>, of which a body may hold one.</summary>
internal struct ExpiryFields
{
    // A hundred years: beyond it the sum with any stored time could leave the calendar.
    private const double LongestSeconds = 3_155_760_000;

    private Instant? _at;
    private double? _seconds;

    /// <summary>Whether the body speaks of expiry at all, an explicit <c>null</c> included.</summary>
    public bool Mentioned { get; private set; }

    /// <summary>Reads the property the reader stands on if it is one of the two.</summary>
    public bool TryRead(ref Utf8JsonReader reader, FieldErrors errors, FieldScope scope)
    {
        if (MemoryBody.Is(ref reader, "expires_at"u8))
        {
            _at = JsonFields.ReadTime(ref reader, new Field(errors, scope, "expires_at"));
        }
        else if (MemoryBody.Is(ref reader, "ttl_seconds"u8))
        {
            var field = new Field(errors, scope, "ttl_seconds");
            _seconds = JsonFields.ReadNumber(ref reader, field);
            if (_seconds is <= 0 or > LongestSeconds)
            {
                field.IsWrong("Input should be more than 0 seconds and less than a hundred years", "out_of_range");
                _seconds = null;
            }
        }
        else
        {
            return false;
        }

        Mentioned = true;
        return true;
    }

    public readonly Expiry Resolve(FieldErrors errors, FieldScope scope)
    {
        if (_at is not null && _seconds is not null)
        {
            new Field(errors, scope, "ttl_seconds").IsWrong("Give expires_at or ttl_seconds, not both", "conflict");
        }

        return new Expiry { At = _at, After = _seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
    }
}
