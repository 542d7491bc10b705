using Soma.Grains.Interfaces;

namespace Soma.Grains.Searching;

/// <summary>The ranked memories, best first.</summary>
/// <param name="Hits">Which versions, and why they stand there; the rows are the caller's to read.</param>
/// <param name="IsComplete">False: the namespace was still being loaded.</param>
public sealed record SearchOutcome(IReadOnlyList<RankedMemory> Hits, bool IsComplete)
{
    /// <summary>Whether a keyword search gave nothing but what holds its query's phrases.</summary>
    public bool NeedsPhrases { get; init; }

    /// <summary>True: a keyword search had more memories that could hold its phrases than it read; some may be missing.</summary>
    public bool LacksPhrases { get; init; }
}

/// <summary>One memory's place in a ranking.</summary>
/// <param name="Coordinate">The memory.</param>
/// <param name="Seq">The version that was ranked.</param>
/// <param name="Score">0–1, higher is better, comparable within one answer.</param>
/// <param name="Explanation">The parts of the score, where asked for.</param>
public readonly record struct RankedMemory(Coordinate Coordinate, long Seq, double Score, ScoreExplanation? Explanation);
