using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Unicode;

public sealed class CanonicalOrderTests
{
    private static readonly int[] Marks = [0x0301, 0x0323, 0x0302, 0x0334, 0x0345, 0x0327, 0x1DCE, 0x0315];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Sort_AnyLength_IsStableByClass(int length)
    {
        var random = new Random(length);
        int[] marks = [.. Enumerable.Range(0, length).Select(_ => Marks[random.Next(Marks.Length)])];
        int[] expected = [.. marks.OrderBy(ClassOf)];

        CanonicalOrder.Sort(marks, ClassOf);

        Assert.Equal(expected, marks);
    }

    private static ushort ClassOf(int codePoint) => CodePoints.Of(codePoint).CombiningClass;
}
