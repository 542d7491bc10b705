using System.Buffers;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Mapping;

/// <summary>Finds the terms that tell a cluster from the others, in the postings of the index.</summary>
/// <remarks>
/// A term is rated by class-based TF-IDF: Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure", 2022.
/// The share of the cluster's memories that have the term is multiplied by log(1 + A / f), where f is how many memories have the term
/// and A how many terms a cluster has on average. A term must also be clearly more frequent in the cluster than in all memories.
/// </remarks>
internal sealed class ClusterTerms(MapPoints points, int[] clusterOf, int clusters)
{
    /// <summary>How many terms name a cluster.</summary>
    public const int PerCluster = 4;

    /// <summary>How many memories that have the term are read, to find how the word is written.</summary>
    public const int ExamplesPerTerm = 3;

    // Of the rarest terms, which name no cluster, the counts are not kept.
    private const int MostTerms = 30_000;
    private const int SmallMap = 50;
    private const double LeastLift = 1.5;

    private static readonly SearchValues<char> Connectors = SearchValues.Create(".:/@_\\");

    // The languages whose words lie in the index without a mark: English, and those with a script for themselves.
    private static readonly uint Unmarked = Language.All.Where(language => language.Mark == '\0').Aggregate(0u, (set, language) => set | language.Bit);

    /// <summary>The most telling terms of each cluster, in order, each with some of the points that have it.</summary>
    public IReadOnlyList<IReadOnlyList<ClusterTerm>> Find(MapWork work)
    {
        var segments = points.Segments().ToList();
        var counts = CountFrequent(segments, work);
        var sizes = new int[clusters];
        foreach (var cluster in clusterOf.Where(cluster => cluster >= 0))
        {
            sizes[cluster]++;
        }

        var average = counts.Values.Sum(count => (double)count.Total) / Math.Max(1, clusters);
        var chosen = Enumerable.Range(0, clusters).Select(cluster => counts
            .Where(term => term.Value.In[cluster] > 1 || points.Count <= SmallMap)
            .Select(term => (Term: term.Key, Share: (double)term.Value.In[cluster] / sizes[cluster], term.Value.Total))
            .Where(term => term.Share > 0 && (clusters == 1 || term.Share >= LeastLift * term.Total / points.Count))
            .OrderByDescending(term => term.Share * Math.Log(1 + (average / term.Total))).ThenBy(term => term.Term, StringComparer.Ordinal)
            .Take(PerCluster).Select(term => new ClusterTerm(term.Term)).ToList()).ToList();
        FindExamples(segments, chosen, work);
        return chosen;
    }

    /// <summary>Whether the term is a word that can name a cluster: no stop word, no number, no further form of another term.</summary>
    public static bool IsTelling(string term) =>
        term.Length > 1 && term[0] is not (TermText.FurtherMark or TermForms.NameMark) && !char.IsControl(term[0])
        && BareOf(term) is var word && word.Length > 1 && (StopWords.LanguagesOf(word) & (Language.SetOf(term) is 0 ? Unmarked : Language.SetOf(term))) == 0
        && word.ContainsAnyExceptInRange('0', '9') && char.IsLetter(word[0]) && !word.ContainsAny(Connectors);

    /// <summary>The term without the mark of its language.</summary>
    public static ReadOnlySpan<char> BareOf(string term) => term.AsSpan(Language.SetOf(term) == 0 ? 0 : 1);

    private Dictionary<string, Counts> CountFrequent(List<(Indexing.SegmentTerms Terms, int[] PointOf)> segments, MapWork work)
    {
        var totals = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (term, _) in Postings(segments, work))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(totals, term, out _)++;
        }

        var least = points.Count <= SmallMap ? 1 : 2;
        var counts = totals.Where(term => term.Value >= least && IsTelling(term.Key)).OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal)
            .Take(MostTerms).ToDictionary(term => term.Key, term => new Counts(term.Value, new int[clusters]), StringComparer.Ordinal);
        foreach (var (term, point) in Postings(segments, work))
        {
            if (clusterOf[point] >= 0 && counts.TryGetValue(term, out var count))
            {
                count.In[clusterOf[point]]++;
            }
        }

        return counts;
    }

    /// <summary>Notes for each chosen term the first points of its cluster that have it.</summary>
    private void FindExamples(List<(Indexing.SegmentTerms Terms, int[] PointOf)> segments, List<List<ClusterTerm>> chosen, MapWork work)
    {
        var wanted = chosen.SelectMany((terms, cluster) => terms.Select(term => (term, cluster))).ToLookup(each => each.term.Term, StringComparer.Ordinal);
        foreach (var (text, point) in Postings(segments, work))
        {
            foreach (var (term, cluster) in wanted[text].Where(each => each.cluster == clusterOf[point]))
            {
                term.Examples.Add(point);
                if (term.Examples.Count > ExamplesPerTerm)
                {
                    term.Examples.Remove(term.Examples.Max);
                }
            }
        }
    }

    private static IEnumerable<(string Term, int Point)> Postings(
        List<(Indexing.SegmentTerms Terms, int[] PointOf)> segments, MapWork work)
    {
        foreach (var (terms, pointOf) in segments)
        {
            foreach (var term in terms.All())
            {
                work.Continue(0);
                foreach (var posting in term.Read(pointOf.Length).ToArray())
                {
                    if (pointOf[Indexing.TermPostings.SlotOf(posting)] is var point and >= 0)
                    {
                        yield return (term.Term, point);
                    }
                }
            }
        }
    }

    /// <param name="Total">The points that have the term.</param>
    /// <param name="In">The points of each cluster that have it.</param>
    private readonly record struct Counts(int Total, int[] In);
}

/// <summary>A term that names a cluster, with the points that are read to find how the word is written.</summary>
internal sealed record ClusterTerm(string Term)
{
    public SortedSet<int> Examples { get; } = [];
}
