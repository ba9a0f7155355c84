namespace Moodstream.Text.Tests;

public sealed class CodePointTrieTests
{
    [Theory]
    [InlineData("", 0, CodePointTrie.None)]
    [InlineData("a", 0, CodePointTrie.None)]
    [InlineData("abx", 2, 1)]
    [InlineData("abc", 2, 1)]
    [InlineData("abcd", 4, 2)]
    [InlineData("bab", 0, CodePointTrie.None)]
    public void LongestMatch_NestedSequences_IsTheLongestThatEnds(string text, int length, int value)
    {
        var trie = new CodePointTrie();
        trie.TryAdd([.. "ab"], 1);
        trie.TryAdd([.. "abcd"], 2);

        var matched = trie.LongestMatch([.. text], CodePointTrie.Root, out var found);

        Assert.Equal((length, value), (matched, found));
    }

    [Fact]
    public void TryAdd_SameSequence_HasTheLastValue()
    {
        var trie = new CodePointTrie();
        trie.TryAdd([.. "ab"], 1);
        trie.TryAdd([.. "ab"], 2);

        trie.LongestMatch([.. "ab"], CodePointTrie.Root, out var value);

        Assert.Equal(2, value);
    }

    [Fact]
    public void TryAdd_ManySequences_KeepsThemAll()
    {
        var trie = new CodePointTrie();
        for (var i = 0; i < 20_000; i++)
        {
            trie.TryAdd([i % 7, 0x10FFFF - i], i);
        }

        var kept = Enumerable.Range(0, 20_000)
            .Count(i => trie.LongestMatch([i % 7, 0x10FFFF - i], CodePointTrie.Root, out var value) == 2 && value == i);

        Assert.Equal(20_000, kept);
    }

    [Fact]
    public void TryAdd_MoreThanItHolds_IsRefused()
    {
        var trie = new CodePointTrie();

        Assert.True(trie.TryAdd(new int[CodePointTrie.MaxNodes - 1], 1));
        Assert.False(trie.TryAdd([1], 2));
    }
}
