namespace Soma.Gateway.Tests.Hosting;

[CollectionDefinition(Name)]
public sealed class SharedSomaCollection : ICollectionFixture<SharedSoma>
{
    public const string Name = "soma";
}
