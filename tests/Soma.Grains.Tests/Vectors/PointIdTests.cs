using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Tests.Vectors;

public sealed class PointIdTests
{
    [Fact]
    public void The_same_memory_always_has_the_same_id()
    {
        // Written down: another id would orphan every point that there is.
        Assert.Equal(new Guid("813b7803-a682-5d33-81f1-3f72d679eaf6"), PointId.Of(7, Points.At(3)));
        Assert.Equal('5', $"{PointId.Of(7, Points.At(3))}"[14]);
    }

    [Fact]
    public void Namespaces_coordinates_and_marks_have_ids_of_their_own()
    {
        Guid[] ids = [PointId.Of(7, Points.At(3)), PointId.Of(7, Points.At(4)), PointId.Of(8, Points.At(3)), PointId.OfMark(7), PointId.OfMark(8)];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_fingerprint_is_of_all_that_a_point_holds()
    {
        var row = Points.Row(1, 5, """{"a":1}""", "tea");
        VectorPoint[] points =
        [
            Points.Of(1, row, 1, 0, 0, 0),
            Points.Of(2, row, 1, 0, 0, 0),
            Points.Of(1, row, 1, 0, 0, 0.5f),
            Points.Of(1, row),
            Points.Of(1, row with { Seq = 6 }, 1, 0, 0, 0),
            Points.Of(1, row with { Text = "milk" }, 1, 0, 0, 0),
            Points.Of(1, row with { Payload = "{\"a\":2}"u8.ToArray() }, 1, 0, 0, 0),
            Points.Of(1, row with { ExpiresAt = Points.Now }, 1, 0, 0, 0),
        ];

        Assert.Equal(points.Length, points.Select(point => point.Fingerprint()).Distinct().Count());
        Assert.Equal(points[0].Fingerprint(), Points.Of(1, row, 1, 0, 0, 0).Fingerprint());
    }
}
