using Microsoft.Extensions.DependencyInjection;
using Soma.Grains.Embeddings;
using Soma.Grains.Embeddings.Table;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class TextModelsStartTests
{
    [Fact]
    public async Task A_model_that_cannot_be_used_ends_the_start_and_the_variable_is_named()
    {
        var options = new EmbeddingsOptions { Kind = EmbeddingsKind.Folder, Folder = AppContext.BaseDirectory };
        await using var services = new ServiceCollection()
            .AddSingleton(_ => new TextModelRegistry(options, new FastTableEmbedder(FastTableEmbedder.DefaultFolder()), "", TimeProvider.System))
            .BuildServiceProvider();

        var failure = await Assert.ThrowsAsync<StartupException>(() => services.OpenTextModelsAsync(CancellationToken.None));

        Assert.Equal(ExitCode.BadSetting, failure.Code);
        Assert.StartsWith("SOMA_EMBEDDINGS cannot be used: ", failure.Message);
    }
}
