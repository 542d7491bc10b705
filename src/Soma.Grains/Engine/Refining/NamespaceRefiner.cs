using System.Runtime.InteropServices;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Searching;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Refining;

/// <summary>Brings a namespace's texts through the sentence model, in seq order, behind its requests.</summary>
/// <remarks>
/// <para>On the grain's turn; models run off it. What is to be done is read from the store each time, so it goes on after
/// a crash where the last saved page ended, and a version that has its row is never embedded again.</para>
/// <para><b>Spaces.</b> A model of the table's space improves memories one by one. A model with a space of its own serves
/// at once where no other serves; else it is made ready behind the one that does, and takes over when no memory lacks a row
/// that was there when it began: what was written since has its first vector. Then the old rows are swept.</para>
/// </remarks>
internal sealed class NamespaceRefiner(
    EngineServices services, NamespaceOwner owner, IReadOnlyList<NamespaceIndex> indexes, NamespaceConfiguration configuration) : IDisposable
{
    // A local model takes a good tenth of a second a text under load: changed settings must not wait long for a page.
    private const int LocalPageSize = 8;
    private const int RemotePageSize = 64;
    private const long SweepSeqs = 10_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private TextModels? _begun;
    private bool _wasBroughtText;
    private long _after;
    private long _caughtUp;
    private long _headAtBegin;
    private bool _isSweepWanted;
    private bool _isRunning;
    private bool _isDisposed;
    private TimeSpan _pause = FirstPause;

    /// <summary>Called while there is work, so that the activation is not put away in the middle of it.</summary>
    public Action OnBusy { get; init; } = static () => { };

    private TextModels Models => configuration.Models;

    private bool IsBegun => ReferenceEquals(_begun, Models) && _wasBroughtText == configuration.IsBroughtText;

    /// <summary>Goes on if there may be something to do; returns at once.</summary>
    public void Wake()
    {
        if (!_isRunning && !_isDisposed && owner is { Current: { HeadSeq: > 0 } owned, IsReplaced: false }
            && (owned.HeadSeq > _caughtUp || !IsBegun))
        {
            _isRunning = true;
            using (ExecutionContext.SuppressFlow())
            {
                _ = RunAsync(_stopping.Token);
            }
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private async Task RunAsync(CancellationToken stopped)
    {
        try
        {
            await Task.Yield();
            while (owner is { Current: { } owned, IsReplaced: false } && await TryStepAsync(owned, stopped))
            {
                OnBusy();
            }
        }
        catch (OperationCanceledException)
        {
            // The activation ends.
        }
        catch (Exception e)
        {
            // A defect: the next request starts it again, and requests do not suffer.
            services.Instruments.Refining.OnFailure();
            Log.RefinerBroke(services.Logger, e);
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <returns>Whether there is more to do now.</returns>
    private async Task<bool> TryStepAsync(Ownership owned, CancellationToken stopped)
    {
        try
        {
            var isMore = await StepAsync(owned, stopped);
            _pause = FirstPause;
            return isMore;
        }
        catch (Exception e) when (e is ModelUnavailableException or SomaException)
        {
            services.Instruments.Refining.OnFailure();
            Log.RefiningFailed(services.Logger, e.Message);
            await Task.Delay(_pause, services.Clock, stopped);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            return true;
        }
    }

    private async Task<bool> StepAsync(Ownership owned, CancellationToken stopped)
    {
        if (!IsBegun)
        {
            await BeginAsync(owned, stopped);
            return true;
        }

        var head = owned.HeadSeq;
        if (_isSweepWanted && (Models.Target is not { } target || owned.ActiveSpace is null || owned.ActiveSpace == target.Name))
        {
            await SweepAsync(owned, head, stopped);
        }

        if (Models.Model is { } model && await RefinePageAsync(owned, model, head, stopped))
        {
            return true;
        }

        _caughtUp = head;
        return IsBegun && owned.HeadSeq > head && Models.Model is not null;
    }

    private async Task BeginAsync(Ownership owned, CancellationToken stopped)
    {
        var (models, isBroughtText) = (Models, configuration.IsBroughtText);
        (_wasBroughtText, _isSweepWanted, _headAtBegin) = (isBroughtText, true, owned.HeadSeq);
        _after = models is { Model: not null, Target: { } space }
            ? await services.Embeddings.BeginRefiningAsync(owned.Id, configuration.CursorOf(space), stopped)
            : 0;
        // Nobody can search by what is there, or nobody shall: what is wanted takes over at once.
        if (models.Target is { } target && owned.ActiveSpace != target.Name
            && (models.Model is null || configuration.ModelOf(owned.ActiveSpace) is null) && IsActivationNeeded(owned, models))
        {
            await ActivateAsync(owned, target, stopped);
        }

        _begun = models;
    }

    // A namespace that never had another space than the table's needs no word in its row.
    private static bool IsActivationNeeded(Ownership owned, TextModels models) => owned.ActiveSpace is not null || models.Model is not null;

    /// <returns>False: there was nothing to refine.</returns>
    private async Task<bool> RefinePageAsync(Ownership owned, ISentenceModel model, long head, CancellationToken stopped)
    {
        var begun = _begun;
        var space = model.Space;
        var rows = await services.Embeddings.ReadUnrefinedAsync(owned.Id, space.Name, _after, model.IsLocal ? LocalPageSize : RemotePageSize, stopped);
        if (!ReferenceEquals(begun, Models))
        {
            return true;
        }

        if (rows.Count == 0)
        {
            await CatchUpAsync(owned, space, head, stopped);
            return false;
        }

        var wanted = rows.Where(row => !IsInPlace(row, space)).ToArray();
        var texts = await Task.Run(() => wanted.Select(row => IndexedTextOf(row)).ToArray(), stopped);
        var vectors = await services.Refining.EmbedAsync(model, texts, stopped);
        var cursor = configuration.CursorOf(space);
        await services.Embeddings.SaveEmbeddingsAsync(
            owned.Id, space.Name, [.. wanted.Zip(vectors, (row, vector) => new EmbeddingRow(row.Seq, ToBytes(vector)))], cursor, rows[^1].Seq, stopped);
        services.Instruments.Refining.OnRefined(wanted.Length);
        if (ReferenceEquals(begun, Models))
        {
            _after = rows[^1].Seq;
            RefinedMemory[] refined =
                [.. wanted.Zip(vectors, (row, vector) => new RefinedMemory(row.Coordinate, row.Seq, new Refinement(vector)))];
            foreach (var index in indexes)
            {
                index.RefineOnTurn(Models.IsShared ? TextSpace.Shared : TextSpace.Model, refined);
            }

            if (_after >= _headAtBegin && owned.ActiveSpace != space.Name)
            {
                await ActivateAsync(owned, space, stopped);
            }
        }

        return true;
    }

    private async Task CatchUpAsync(Ownership owned, EmbeddingSpace space, long head, CancellationToken stopped)
    {
        if (head > _after)
        {
            await services.Embeddings.SaveEmbeddingsAsync(owned.Id, space.Name, [], configuration.CursorOf(space), head, stopped);
            _after = Math.Max(_after, head);
        }

        if (owned.ActiveSpace != space.Name)
        {
            await ActivateAsync(owned, space, stopped);
        }
    }

    private async Task ActivateAsync(Ownership owned, EmbeddingSpace space, CancellationToken stopped)
    {
        if (await services.Embeddings.ActivateSpaceAsync(owned.Id, owned.Epoch, space.Name, configuration.CursorOf(space), stopped))
        {
            owned.Activate(space.Name);
            foreach (var index in indexes)
            {
                index.ChangeSpaceOnTurn();
            }

            _isSweepWanted = true;
        }
    }

    /// <summary>Lets go of the rows that nobody looks up any more, a range of seqs at a time so that no lock is held for long.</summary>
    private async Task SweepAsync(Ownership owned, long head, CancellationToken stopped)
    {
        var kept = Models.Target?.Name;
        for (var after = 0L; after < head; after += SweepSeqs)
        {
            var upTo = Math.Min(head, after + SweepSeqs);
            services.Instruments.Refining.OnSwept(
                await services.Embeddings.SweepEmbeddingsAsync(owned.Id, kept, after, upTo, stopped));
        }

        _isSweepWanted = kept != Models.Target?.Name;
    }

    // A brought vector of the text space is better than what a model would make of the text.
    private bool IsInPlace(MemoryRow row, EmbeddingSpace space) =>
        _wasBroughtText && space == EmbeddingSpace.BuiltIn && row.BroughtVector?.Length == space.Dimension * sizeof(float);

    private static string IndexedTextOf(MemoryRow row) => Searching.Text.IndexedText.Compose(row.Payload, row.Text).Text;

    private static byte[]? ToBytes(float[]? vector) => vector is null ? null : MemoryMarshal.AsBytes<float>(vector).ToArray();
}
