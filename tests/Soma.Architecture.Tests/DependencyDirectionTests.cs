using System.Reflection;

namespace Soma.Architecture.Tests;

/// <summary>Gateway → Grains.Interfaces ← Grains ← Silo, and the one process on top of both hosts.</summary>
public sealed class DependencyDirectionTests
{
    [Theory]
    [InlineData("Soma.Hosting")]
    [InlineData("Soma.Grains.Interfaces")]
    [InlineData("Soma.Grains", "Soma.Grains.Interfaces")]
    [InlineData("Soma.Silo", "Soma.Hosting", "Soma.Grains", "Soma.Grains.Interfaces")]
    [InlineData("Soma.Gateway", "Soma.Hosting", "Soma.Grains.Interfaces")]
    [InlineData("soma", "Soma.Gateway", "Soma.Silo", "Soma.Hosting", "Soma.Grains", "Soma.Grains.Interfaces")]
    public void A_project_depends_only_on_those_below_it(string project, params string[] below)
    {
        var used = Assembly.Load(project).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Soma", StringComparison.OrdinalIgnoreCase));

        Assert.Empty(used.Except(below));
    }

    [Fact]
    public void The_wire_contract_knows_no_database_and_no_web_server()
    {
        var used = SomaAssemblies.Interfaces.GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.DoesNotContain(used, name => name is "Npgsql" or "Microsoft.Data.Sqlite" or "StackExchange.Redis"
            || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name == "Orleans.Runtime");
    }
}
