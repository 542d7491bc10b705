using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Refining;

/// <summary>Embeds a namespace's texts by its sentence model piece by piece, and changes the space that searches use.</summary>
/// <remarks>
/// <para>A model of the table's space improves the memories one by one. A model with a space of its own serves searches at
/// once if no other space does. Otherwise its vectors are made while the old space serves, and it takes over when every
/// memory that existed at the beginning has its vector; later memories have their first vector. Then the vectors of the old
/// space are deleted, and before them the cursor that says how far they reach.</para>
/// <para>Example: a namespace of 10,000 memories gets an endpoint's model. It is searched by the table's vectors until all
/// 10,000 are embedded, and by the endpoint's from then on.</para>
/// </remarks>
internal sealed class SpaceRefinement(EngineServices services, NamespaceIndexes indexes, NamespaceConfiguration configuration)
{
    // Under load a local model takes over a quarter of a second for a text. Pages are small, so that changed settings soon apply.
    private const int LocalPageSize = 8;
    private const int RemotePageSize = 64;
    private const long SweepSeqs = 10_000;

    // The name in the row of a namespace whose texts have no vectors.
    private const string NoSpace = "none";

    private TextModels? _begun;
    private bool _wasBroughtText;
    private long _after;
    private long _caughtUp;
    private long _headAtBegin;
    private bool _isSweepWanted;

    private TextModels Models => configuration.Models;

    private bool IsBegun => ReferenceEquals(_begun, Models) && _wasBroughtText == configuration.IsBroughtText;

    /// <summary>Whether there may be something to do.</summary>
    public bool IsWanted(Ownership owned) => owned.HeadSeq > _caughtUp || !IsBegun;

    /// <summary>Does the next piece of work: a page of texts, a change of space, or a sweep.</summary>
    /// <param name="owned">The namespace.</param>
    /// <param name="restarted">Ends the wait for a model that the settings no longer choose.</param>
    /// <param name="stopped">Ends the work.</param>
    /// <returns>Whether there is more to do now.</returns>
    public async Task<bool> StepAsync(Ownership owned, CancellationToken restarted, CancellationToken stopped)
    {
        if (!IsBegun)
        {
            await BeginAsync(owned, stopped);
            return true;
        }

        var head = owned.HeadSeq;
        if (IsSweepDue(owned))
        {
            await SweepAsync(owned, head, stopped);
        }

        if (IsBegun && Models.Model is { } model && await RefinePageAsync(owned, model, restarted, stopped))
        {
            return true;
        }

        _caughtUp = head;
        return !IsBegun || IsSweepDue(owned) || (owned.HeadSeq > head && Models.Model is not null);
    }

    // A sweep keeps only the space that the settings choose. After a change of the settings it waits until searches use that space.
    private bool IsSweepDue(Ownership owned) => _isSweepWanted && owned.ActiveSpace == SpaceOf(Models);

    private static string SpaceOf(TextModels models) => models.Target?.Name ?? NoSpace;

    private string CursorOf(string space) => NamespaceConfiguration.CursorOf(space, _wasBroughtText);

    private async Task BeginAsync(Ownership owned, CancellationToken stopped)
    {
        var (models, isBroughtText) = (Models, configuration.IsBroughtText);
        (_begun, _wasBroughtText, _headAtBegin) = (null, isBroughtText, owned.HeadSeq);
        _after = models is { Model: not null, Target: { } target }
            ? await services.Embeddings.BeginRefiningAsync(owned.Id, CursorOf(target.Name), stopped)
            : 0;
        // The wanted space takes over at once if no model makes its vectors, or if searches cannot use the active space anyway.
        if (owned.ActiveSpace != SpaceOf(models) && (models.Model is null || !configuration.CanSearch(owned.ActiveSpace))
            && IsActivationNeeded(owned, models))
        {
            await ActivateAsync(owned, SpaceOf(models), stopped);
        }

        (_begun, _isSweepWanted) = (models, owned.ActiveSpace is not null);
    }

    // The row of a namespace that has always used the table's space need not name a space.
    private static bool IsActivationNeeded(Ownership owned, TextModels models) => owned.ActiveSpace is not null || models.Model is not null;

    /// <returns>False: there was nothing to refine.</returns>
    private async Task<bool> RefinePageAsync(Ownership owned, ISentenceModel model, CancellationToken restarted, CancellationToken stopped)
    {
        var (space, head) = (model.Space, owned.HeadSeq);
        var rows = await services.Embeddings.ReadUnrefinedAsync(owned.Id, space.Name, _after, model.IsLocal ? LocalPageSize : RemotePageSize, stopped);
        if (!IsBegun)
        {
            return true;
        }

        if (rows.Count == 0)
        {
            await CatchUpAsync(owned, space.Name, head, stopped);
            return false;
        }

        var wanted = rows.Where(row => !IsInPlace(row, space)).ToArray();
        var (isShared, table) = (Models.IsShared, Models.Table);
        var texts = await Task.Run(() => wanted.Select(row => TextFor(row, isShared ? table : null)).ToArray(), stopped);
        var vectors = await EmbedAsync(model, texts, restarted);
        await services.Embeddings.SaveEmbeddingsAsync(
            owned.Id, space.Name, [.. wanted.Zip(vectors, (row, vector) => new EmbeddingRow(row.Seq, ToBytes(vector)))], CursorOf(space.Name), rows[^1].Seq, stopped);
        services.Instruments.Refining.OnRefined(texts.Count(text => text is not null));
        if (IsBegun)
        {
            _after = rows[^1].Seq;
            RefinedMemory[] refined =
                [.. wanted.Zip(vectors, (row, vector) => new RefinedMemory(row.Coordinate, row.Seq, new Refinement(vector)))];
            indexes.RefineOnTurn(Models.IsShared ? TextSpace.Shared : TextSpace.Model, refined);

            if (_after >= _headAtBegin && owned.ActiveSpace != space.Name)
            {
                await ActivateAsync(owned, space.Name, stopped);
            }
        }

        return true;
    }

    private async Task CatchUpAsync(Ownership owned, string space, long head, CancellationToken stopped)
    {
        if (head > _after)
        {
            await services.Embeddings.SaveEmbeddingsAsync(owned.Id, space, [], CursorOf(space), head, stopped);
            _after = Math.Max(_after, head);
        }

        if (owned.ActiveSpace != space && IsBegun)
        {
            await ActivateAsync(owned, space, stopped);
        }
    }

    /// <exception cref="ReplacedException">
    /// Another activation owns the namespace, or this one has just raised its own epoch. Which of the two it was is known soon.
    /// </exception>
    private async Task ActivateAsync(Ownership owned, string space, CancellationToken stopped)
    {
        if (!await services.Embeddings.ActivateSpaceAsync(owned.Id, owned.Epoch, space, CursorOf(space), stopped))
        {
            throw new ReplacedException("The epoch under which the space was to be activated is over.");
        }

        if (owned.ActiveSpace != space)
        {
            owned.Activate(space);
            indexes.ChangeSpaceOnTurn();

            _isSweepWanted = true;
        }
    }

    /// <summary>Deletes the vectors that are no longer looked up, for a range of seqs at a time, so that no lock is held for long.</summary>
    private async Task SweepAsync(Ownership owned, long head, CancellationToken stopped)
    {
        var kept = Models.Target?.Name;
        // The space is active already. Activating it again deletes the cursors of the other spaces: a cursor that outlived its
        // vectors would say that none is missing when its space is chosen again. It also checks the epoch, because an owner that
        // was replaced must not delete what its successor uses.
        await ActivateAsync(owned, kept ?? NoSpace, stopped);
        for (var after = 0L; after < head; after += SweepSeqs)
        {
            if (!IsBegun)
            {
                return;
            }

            services.Instruments.Refining.OnSwept(
                await services.Embeddings.SweepEmbeddingsAsync(owned.Id, kept, after, Math.Min(head, after + SweepSeqs), stopped));
        }

        _isSweepWanted = false;
    }

    // A vector that the caller brought in this space replaces the text's own, so the model need not embed the text.
    private bool IsInPlace(MemoryRow row, EmbeddingSpace space) =>
        _wasBroughtText && space == EmbeddingSpace.BuiltIn && row.BroughtVector?.Length == space.Dimension * sizeof(float);

    /// <summary>The text that the model is to embed; null: a text that it does not know the language of. Its first vector is better.</summary>
    /// <param name="row">The memory.</param>
    /// <param name="english">The table that tells English texts, if the model knows no others; null: the model gets every text.</param>
    private static string? TextFor(MemoryRow row, ITextEmbedder? english)
    {
        var text = IndexedText.Compose(row.Payload, row.Text).Text;
        return english is null || english.Embed(text, new float[english.Dimension]).IsEnglish ? text : null;
    }

    /// <summary>The vectors of the texts in their order; null for a text that is null, and for one that the model refuses.</summary>
    private async Task<float[]?[]> EmbedAsync(ISentenceModel model, string?[] texts, CancellationToken restarted)
    {
        string[] wanted = [.. texts.OfType<string>()];
        var made = wanted.Length == 0 ? [] : await services.Refining.EmbedAsync(model, wanted, restarted);
        var next = 0;
        return [.. texts.Select(text => text is null ? null : made[next++])];
    }

    private static byte[]? ToBytes(float[]? vector) => vector is null ? null : MemoryMarshal.AsBytes<float>(vector).ToArray();
}
