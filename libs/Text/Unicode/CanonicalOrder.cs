using System.Buffers;

namespace Moodstream.Text.Unicode;

/// <summary>Puts marks in canonical order: stable, by combining class (Unicode 14.0, D109).</summary>
internal static class CanonicalOrder
{
    private const int ShortRun = 16;
    private const int Classes = 256;

    /// <summary>Sorts a run without starters, in linear time however long.</summary>
    public static void Sort(Span<int> marks, Func<int, ushort> classOf)
    {
        if (marks.Length > ShortRun)
        {
            CountingSort(marks, classOf);
            return;
        }

        for (var i = 1; i < marks.Length; i++)
        {
            var mark = marks[i];
            var markClass = classOf(mark);
            var place = i;
            for (; place > 0 && classOf(marks[place - 1]) > markClass; place--)
            {
                marks[place] = marks[place - 1];
            }

            marks[place] = mark;
        }
    }

    private static void CountingSort(Span<int> marks, Func<int, ushort> classOf)
    {
        Span<int> next = stackalloc int[Classes + 1];
        next.Clear();
        foreach (var mark in marks)
        {
            next[classOf(mark) + 1]++;
        }

        for (var i = 1; i < Classes; i++)
        {
            next[i] += next[i - 1];
        }

        var rented = ArrayPool<int>.Shared.Rent(marks.Length);
        var unsorted = rented.AsSpan(0, marks.Length);
        marks.CopyTo(unsorted);
        foreach (var mark in unsorted)
        {
            marks[next[classOf(mark)]++] = mark;
        }

        ArrayPool<int>.Shared.Return(rented);
    }
}
