using Orleans.Storage;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>
/// Orleans grain storage in the process's own database, written by its writer. The AdoNet provider of Orleans would block a grain's turn
/// and be a second writer. The ETag is the version of the state.
/// </summary>
/// <param name="database">The process's database.</param>
/// <param name="serializer">Turns a state into bytes and back.</param>
/// <param name="serviceId">The service whose states these are.</param>
public sealed class SqliteGrainStorage(SqliteDatabase database, IGrainStorageSerializer serializer, string serviceId) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await database.ReadAsync(
            session => session.Read(
                SqliteSql.Named["read_state"],
                row => (Version: row.GetInt64(0), Payload: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)),
                serviceId, stateName, grainId.ToString()),
            CancellationToken.None);
        var (version, payload) = rows.Count > 0 ? rows[0] : (0, null);
        grainState.RecordExists = payload is not null;
        grainState.ETag = version == 0 ? null : ToETag(version);
        grainState.State = payload is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(new BinaryData(payload));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await StoreAsync(stateName, grainId, grainState, serializer.Serialize(grainState.State).ToArray());
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            await StoreAsync(stateName, grainId, grainState, null);
        }

        grainState.State = Activator.CreateInstance<T>();
        grainState.RecordExists = false;
    }

    private async Task StoreAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, byte[]? payload)
    {
        var expected = grainState.ETag is { } etag ? long.Parse(etag, CultureInfo.InvariantCulture) : 0;
        var changed = await database.WriteAsync(
            session => expected == 0
                ? session.Execute(SqliteSql.Named["insert_state"], serviceId, stateName, grainId.ToString(), payload)
                : session.Execute(SqliteSql.Named["update_state"], serviceId, stateName, grainId.ToString(), payload, expected),
            CancellationToken.None);
        if (changed == 0)
        {
            throw new InconsistentStateException(
                $"The state {stateName} of {grainId} is no longer at the version it was read at.", "unknown", grainState.ETag ?? "none");
        }

        grainState.ETag = ToETag(expected + 1);
    }

    private static string ToETag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
