using System.Reflection;
using System.Text.Json;
using Soma.Gateway.Probing;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>The bodies of statistics and health.</summary>
internal static class SystemAnswers
{
    private const string DefaultTenant = "default";

    private static readonly string Version =
        typeof(SystemAnswers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static void WriteStats(Utf8JsonWriter writer, StatsReply stats)
    {
        writer.WriteStartObject();
        writer.WriteNumber("total_memories"u8, stats.Total.Total);
        writer.WriteNumber("episodic"u8, stats.Total.Episodic);
        writer.WriteNumber("semantic"u8, stats.Total.Semantic);
        writer.WriteNumber("belief"u8, stats.Total.Belief);
        writer.WriteNumber("vector_count"u8, stats.Total.Vectors);
        writer.WriteStartObject("namespaces"u8);
        foreach (var (key, counts) in stats.Namespaces)
        {
            writer.WriteStartObject(NameOf(key));
            writer.WriteNumber("total"u8, counts.Total);
            writer.WriteNumber("episodic"u8, counts.Episodic);
            writer.WriteNumber("semantic"u8, counts.Semantic);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("vector_collections"u8);
        foreach (var (key, counts) in stats.Namespaces)
        {
            writer.WriteNumber(NameOf(key), counts.Vectors);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteFlags(Utf8JsonWriter writer, Capabilities capabilities)
    {
        writer.WriteStartObject();
        capabilities.Write(writer);
        writer.WriteEndObject();
    }

    public static void WriteHealth(Utf8JsonWriter writer, HealthState state)
    {
        IEnumerable<ComponentHealth> reported = state.Reply?.Components ?? [new ComponentHealth("silo", false, 0, "no silo answered")];
        var components = reported.Concat(state.Own).ToList();
        var capabilities = Capabilities.Of(state.Reply);
        var status = !capabilities.Store ? "unhealthy" : components.TrueForAll(c => c.Healthy) ? "healthy" : "degraded";
        writer.WriteStartObject();
        capabilities.Write(writer);
        writer.WriteString("status"u8, status);
        writer.WriteBoolean("healthy"u8, status == "healthy");
        writer.WriteString("version"u8, Version);
        writer.WriteFloat("uptime_seconds"u8, Math.Round(state.Uptime.TotalSeconds, 3));
        writer.WriteStartArray("components"u8);
        foreach (var component in components)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, component.Name);
            writer.WriteBoolean("healthy"u8, component.Healthy);
            writer.WriteFloat("latency_ms"u8, Math.Round(component.LatencyMilliseconds, 3));
            writer.WriteString("detail"u8, component.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string NameOf(NamespaceKey key) => key.Tenant == DefaultTenant ? key.Name : key.ToString();
}
