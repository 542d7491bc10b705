using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using NetArchTest.Rules;

namespace Soma.Architecture.Tests;

/// <summary>The engine and its search are plain C#: they know no runtime, no database and no clock that they were not given.</summary>
public sealed class EngineTests
{
    private static readonly string[] Rooms = ["Soma.Grains.Engine", "Soma.Grains.Searching"];

    private static readonly string Inside = $"^({string.Join('|', Rooms).Replace(".", @"\.", StringComparison.Ordinal)})($|\\.)";

    private static readonly string[] Outside =
        ["Orleans", "Npgsql", "Microsoft.Data.Sqlite", "StackExchange.Redis", "Microsoft.AspNetCore", "System.Data", "System.Net"];

    private static readonly HashSet<string> AmbientTimeAndChance =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.Environment::get_TickCount", "System.Environment::get_TickCount64",
        "System.Diagnostics.Stopwatch::GetTimestamp", "System.Diagnostics.Stopwatch::StartNew", "System.Diagnostics.Stopwatch::.ctor",
        "System.TimeProvider::get_System",
        "System.Guid::NewGuid", "System.Guid::CreateVersion7", "System.Random::get_Shared",
    ];

    [Fact]
    public void The_engine_knows_no_Orleans_no_database_and_no_network()
    {
        var result = Types.InAssembly(SomaAssemblies.Grains).That().ResideInNamespaceMatching(Inside).ShouldNot().HaveDependencyOnAny(Outside).GetResult();

        Assert.True(result.IsSuccessful, string.Join('\n', result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Prometheus_is_known_to_the_hosts_and_not_to_the_grains()
    {
        Assert.Contains(SomaAssemblies.Hosting.GetReferencedAssemblies(), IsPrometheus);
        Assert.DoesNotContain(SomaAssemblies.Grains.GetReferencedAssemblies(), IsPrometheus);

        static bool IsPrometheus(AssemblyName reference) => reference.Name!.StartsWith("Prometheus", StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_instruments_of_the_engine_know_that_there_are_meters()
    {
        // Each concept has one class that owns names and labels of its metrics. The rest of the engine only calls it when something happened.
        var result = Types.InAssembly(SomaAssemblies.Grains).That().ResideInNamespaceMatching(Inside).And().DoNotHaveNameEndingWith("Instruments")
            .And().DoNotHaveNameStartingWith("<").ShouldNot().HaveDependencyOn("System.Diagnostics.Metrics").GetResult();

        Assert.True(result.IsSuccessful, string.Join('\n', result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Both_rooms_are_looked_at()
    {
        foreach (var room in Rooms)
        {
            Assert.NotEmpty(Types.InAssembly(SomaAssemblies.Grains).That().ResideInNamespaceMatching(Inside).And().ResideInNamespace(room).GetTypes());
        }
    }

    [Fact]
    public void The_engine_is_given_its_time_and_its_chance()
    {
        var calls = Calls("Soma.Grains").Where(call => Rooms.Any(room => call.Type.StartsWith(room, StringComparison.Ordinal)) && AmbientTimeAndChance.Contains(call.Callee));

        Assert.Empty(calls.Select(call => $"{call.Type} calls {call.Callee}"));
    }

    [Fact]
    public void The_search_for_calls_sees_one_where_there_is_one()
    {
        Assert.Contains(Calls("Soma.Architecture.Tests"), call => call.Callee == "System.Guid::NewGuid");
        static Guid Sample() => Guid.NewGuid();
        Assert.NotEqual(Guid.Empty, Sample());
    }

    private static IEnumerable<(string Type, string Callee)> Calls(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var type in module.GetTypes())
        {
            foreach (var instruction in type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions))
            {
                // Lambdas and state machines are nested types: their full names begin with that of the type around them.
                if (instruction.OpCode.FlowControl == FlowControl.Call && instruction.Operand is MethodReference callee)
                {
                    yield return (type.FullName, $"{callee.DeclaringType.FullName}::{callee.Name}");
                }
            }
        }
    }
}
