using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Silos and gateways can start with the variables that they get. The code that reads them at a start is run on them here.</summary>
internal static class EnvironmentRules
{
    // The OpenTelemetry exporter reads these itself.
    private static readonly string[] ReadElsewhere = ["OTEL_EXPORTER_OTLP_ENDPOINT"];

    public static IEnumerable<string> Check(RenderedChart chart) =>
        Check(chart.Component("silo"), settings => SiloProcessOptions.Read(settings))
            .Concat(Check(chart.Component("gateway"), settings => GatewayProcessOptions.Read(settings)));

    /// <summary>What a silo makes of its variables.</summary>
    public static SiloProcessOptions ReadSilo(RenderedChart chart) =>
        SiloProcessOptions.Read(new SettingsReader(VariablesOf(chart.Component("silo")).GetValueOrDefault));

    /// <summary>What a gateway makes of its variables.</summary>
    public static GatewayProcessOptions ReadGateway(RenderedChart chart) =>
        GatewayProcessOptions.Read(new SettingsReader(VariablesOf(chart.Component("gateway")).GetValueOrDefault));

    private static List<string> Check(Workload workload, Action<SettingsReader> read)
    {
        var variables = VariablesOf(workload);
        var problems = new List<string>();
        if (variables.Count != workload.Container.Env.Count)
        {
            problems.Add($"{workload.Title} has a variable twice");
        }

        var asked = new HashSet<string>(ReadElsewhere, StringComparer.Ordinal);
        try
        {
            read(new SettingsReader(name =>
            {
                asked.Add(name);
                return variables.GetValueOrDefault(name);
            }));
        }
        catch (Exception failure) when (failure is InvalidSettingException or StartupException)
        {
            problems.Add($"{workload.Title} would not start: {failure.Message}");
            return problems;
        }

        problems.AddRange(variables.Keys.Except(asked).Select(unread => $"{workload.Title}: nobody reads {unread}"));
        return problems;
    }

    private static Dictionary<string, string> VariablesOf(Workload workload) => workload.Container.Env
        .DistinctBy(variable => variable.Name)
        .ToDictionary(variable => variable.Name, variable => ValueOf(workload, variable), StringComparer.Ordinal);

    private static string ValueOf(Workload workload, V1EnvVar variable) => variable switch
    {
        { Value: { } value } => SecretFiles.Find(workload, value) ?? value,
        { ValueFrom.SecretKeyRef: not null } => "a-secret",
        { ValueFrom.FieldRef.FieldPath: "status.podIP" } => "10.1.2.3",
        { ValueFrom.FieldRef.FieldPath: "metadata.name" } => "somafractalmemory-silo-0",
        _ => throw new InvalidOperationException($"{variable.Name} comes from nowhere."),
    };
}
