namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Where a condition looks: one of the record's own fields, or a path into the payload.</summary>
public enum FilterSource
{
    Payload,
    MemoryType,
    Importance,
    CreatedAt,
    UpdatedAt,

    /// <summary>The payload's own <c>timestamp</c> if it has one, else the record's creation in epoch seconds.</summary>
    Timestamp,

    /// <summary>The key, of either kind.</summary>
    Coordinate,

    /// <summary>The id; a memory that has a coordinate has none.</summary>
    Id,
}

/// <summary>A field that a filter names. A record field wins over a payload field of its name; <c>payload.x</c> is the payload's.</summary>
/// <param name="Source">Which kind of field.</param>
/// <param name="Path">The path into the payload, dots between keys; of a record field, its name.</param>
public readonly record struct FilterField(FilterSource Source, string Path)
{
    private const string PayloadPrefix = "payload.";

    public static FilterField Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "memory_type" => new FilterField(FilterSource.MemoryType, name),
            "importance" => new FilterField(FilterSource.Importance, name),
            "created_at" => new FilterField(FilterSource.CreatedAt, name),
            "updated_at" => new FilterField(FilterSource.UpdatedAt, name),
            "timestamp" => new FilterField(FilterSource.Timestamp, name),
            "coord" => new FilterField(FilterSource.Coordinate, name),
            "id" => new FilterField(FilterSource.Id, name),
            _ when name.StartsWith(PayloadPrefix, StringComparison.Ordinal) && name.Length > PayloadPrefix.Length =>
                new FilterField(FilterSource.Payload, name[PayloadPrefix.Length..]),
            _ => new FilterField(FilterSource.Payload, name),
        };
    }
}
