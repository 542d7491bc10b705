using System.Runtime.InteropServices;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Refining;

/// <summary>Brings a namespace's texts through the sentence model, in seq order, behind its requests.</summary>
/// <remarks>
/// <para>On the grain's turn; models run off it. What is to be done is read from the store each time, so it goes on after
/// a crash where the last saved page ended, and a version that has its row is never embedded again.</para>
/// <para><b>Spaces.</b> A model of the table's space improves memories one by one. A model with a space of its own serves
/// at once where no other serves; else it is made ready behind the one that does, and takes over when no memory lacks a row
/// that was there when it began: what was written since has its first vector. Then the old rows are swept, and with them
/// goes every cursor that told they were there.</para>
/// </remarks>
internal sealed class NamespaceRefiner(
    EngineServices services, NamespaceOwner owner, IReadOnlyList<NamespaceIndex> indexes, NamespaceConfiguration configuration) : IDisposable
{
    // A local model takes a good quarter of a second a text under load: changed settings must not wait long for a page.
    private const int LocalPageSize = 8;
    private const int RemotePageSize = 64;
    private const long SweepSeqs = 10_000;

    // What the row calls the space of a namespace without text vectors.
    private const string NoSpace = "none";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenSource? _step;
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

    /// <summary>The settings are other ones: gives up waiting for the model that the old ones chose.</summary>
    public void Interrupt() => _step?.Cancel();

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
        using var step = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        _step = step;
        try
        {
            return await StepOrPauseAsync(owned, step.Token, stopped);
        }
        catch (OperationCanceledException) when (step.IsCancellationRequested && !stopped.IsCancellationRequested)
        {
            _pause = FirstPause;
            return true;
        }
        finally
        {
            _step = null;
        }
    }

    private async Task<bool> StepOrPauseAsync(Ownership owned, CancellationToken restarted, CancellationToken stopped)
    {
        try
        {
            var isMore = await StepAsync(owned, restarted, stopped);
            _pause = FirstPause;
            return isMore;
        }
        catch (Exception e) when (e is ModelUnavailableException or SomaException)
        {
            services.Instruments.Refining.OnFailure();
            Log.RefiningFailed(services.Logger, e.Message);
            await Task.Delay(_pause, services.Clock, restarted);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            return true;
        }
    }

    private async Task<bool> StepAsync(Ownership owned, CancellationToken restarted, CancellationToken stopped)
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

    // Only what serves may be kept alone: under settings that have just changed, that may be another space.
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
        // Nobody can search by what is there, or nobody shall: what is wanted takes over at once.
        if (owned.ActiveSpace != SpaceOf(models) && (models.Model is null || !configuration.CanSearch(owned.ActiveSpace))
            && IsActivationNeeded(owned, models))
        {
            await ActivateAsync(owned, SpaceOf(models), stopped);
        }

        (_begun, _isSweepWanted) = (models, owned.ActiveSpace is not null);
    }

    // A namespace that never had another space than the table's needs no word in its row.
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
        var texts = await Task.Run(() => wanted.Select(row => IndexedTextOf(row)).ToArray(), stopped);
        var vectors = await services.Refining.EmbedAsync(model, texts, restarted);
        await services.Embeddings.SaveEmbeddingsAsync(
            owned.Id, space.Name, [.. wanted.Zip(vectors, (row, vector) => new EmbeddingRow(row.Seq, ToBytes(vector)))], CursorOf(space.Name), rows[^1].Seq, stopped);
        services.Instruments.Refining.OnRefined(wanted.Length);
        if (IsBegun)
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
    /// Another activation owns the namespace, or this one has just advanced its epoch: whichever it was, it is known soon.
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
        // Again, though it is active: a cursor that outlived its rows would tell that nothing is missing when its space is
        // wanted again, and an owner that has been replaced must not delete what its successor goes by.
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

    // A brought vector of the text space is better than what a model would make of the text.
    private bool IsInPlace(MemoryRow row, EmbeddingSpace space) =>
        _wasBroughtText && space == EmbeddingSpace.BuiltIn && row.BroughtVector?.Length == space.Dimension * sizeof(float);

    private static string IndexedTextOf(MemoryRow row) => IndexedText.Compose(row.Payload, row.Text).Text;

    private static byte[]? ToBytes(float[]? vector) => vector is null ? null : MemoryMarshal.AsBytes<float>(vector).ToArray();
}
