namespace Moodstream.Text.Tests;

public sealed class TextEncoderTests
{
    private const int Start = 101;
    private const int End = 102;
    private const int Unknown = 100;

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n ")]
    [InlineData("\0\u0001\u200d")]
    [InlineData("\ufe0f\U0001F3FB")]
    public void Encode_NothingToRead_IsTheFrame(string text)
    {
        Assert.Equal([Start, End], Model.Encoder.Encode(text));
    }

    [Fact]
    public void Encode_OnlyEmoji_IsItsName()
    {
        Assert.Equal(Model.Encoder.Encode("face with tears of joy"), Model.Encoder.Encode("😂"));
    }

    [Fact]
    public void Encode_LoneSurrogate_IsDroppedAsAReplacementIs()
    {
        Assert.Equal(Model.Encoder.Encode("ab"), Model.Encoder.Encode("a\ud83db"));
    }

    [Fact]
    public void Encode_Nul_IsDropped()
    {
        Assert.Equal(Model.Encoder.Encode("good"), Model.Encoder.Encode("go\0od"));
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(60_000, true)]
    public void Encode_LongWord_IsUnknownFrom101On(int length, bool unknown)
    {
        var ids = Model.Encoder.Encode(new string('x', length));

        Assert.Equal(unknown, ids.SequenceEqual([Start, Unknown, End]));
    }

    // A word is measured when accents are gone and in code points.
    [Fact]
    public void Encode_LongWordOfMarks_IsMeasuredWithoutThem()
    {
        Assert.Equal(Model.Encoder.Encode("xx"), Model.Encoder.Encode($"x{new string('\u0301', 500)}x"));
    }

    [Theory]
    [InlineData("[MASK]good", new[] { 103, 2204 })]
    [InlineData("[CLS][SEP]", new[] { 101, 102 })]
    [InlineData("[PAD] [UNK]", new[] { 0, 100 })]
    [InlineData("[mask]", new[] { 1031, 7308, 1033 })]
    [InlineData("[[UNK]]", new[] { 1031, 100, 1033 })]
    public void Encode_SpecialTokensInTheText_AreFoundAsWritten(string text, int[] expected)
    {
        Assert.Equal([Start, .. expected, End], Model.Encoder.Encode(text));
    }

    [Theory]
    [InlineData(126, 128, false)]
    [InlineData(127, 128, true)]
    [InlineData(5000, 128, true)]
    public void Encode_MoreIdsThanAllowed_CutsBeforeTheEnd(int words, int tokens, bool truncated)
    {
        var ids = new int[200];
        var text = string.Join(' ', Enumerable.Repeat("good", words));

        var encoded = Model.Encoder.Encode(text, ids);

        Assert.Equal(new EncodedLength(tokens, truncated), encoded);
        Assert.Equal([Start, .. Enumerable.Repeat(2204, 126), End], ids[..128]);
        Assert.All(ids[128..], id => Assert.Equal(0, id));
    }

    [Theory]
    [InlineData(2, "", 2, false)]
    [InlineData(2, "good", 2, true)]
    [InlineData(3, "good", 3, false)]
    [InlineData(3, "good\u0301 \u200b\ufffd ", 3, false)]
    [InlineData(3, "good!", 3, true)]
    [InlineData(3, "good [SEP]", 3, true)]
    public void Encode_SmallLimit_KeepsTheFrame(int maxTokens, string text, int tokens, bool truncated)
    {
        var ids = new int[maxTokens];

        var encoded = TextEncoder.Load(Repository.Model, maxTokens).Encode(text, ids);

        Assert.Equal(new EncodedLength(tokens, truncated), encoded);
        Assert.Equal((Start, End), (ids[0], ids[tokens - 1]));
    }

    // The first pieces of the word fit, but its last letter, of a script without pieces, makes all of it unknown.
    [Fact]
    public void Encode_UnknownWordAtTheLimit_IsOneUnknown()
    {
        var ids = new int[4];

        var encoded = TextEncoder.Load(Repository.Model, 4).Encode("good unbelievableness\u1401", ids);

        Assert.Equal(new EncodedLength(4, false), encoded);
        Assert.Equal([Start, 2204, Unknown, End], ids);
    }

    [Theory]
    [InlineData("x", 65_536, false)]
    [InlineData("x", 65_537, true)]
    [InlineData("é", 32_768, false)]
    [InlineData("é", 32_769, true)]
    [InlineData("€", 21_846, true)]
    [InlineData("😂", 16_384, false)]
    [InlineData("😂", 16_385, true)]
    public void Encode_Over64KiB_IsTruncated(string repeated, int times, bool truncated)
    {
        var ids = new int[1 << 17];
        var text = string.Concat(Enumerable.Repeat(repeated, times));

        var encoded = TextEncoder.Load(Repository.Model, ids.Length).Encode(text, ids);

        Assert.Equal(truncated, encoded.Truncated);
    }

    // The word behind the cap must not count, the code point on it must not be halved.
    [Fact]
    public void Encode_Over64KiB_ReadsWhatLiesBefore()
    {
        var before = Model.Encoder.Encode($"good{new string(' ', 65_536 - 6)}x");
        var cut = Model.Encoder.Encode($"good{new string(' ', 65_536 - 6)}x€ bad");

        Assert.Equal(before, cut);
    }

    [Fact]
    public void Encode_TooLittleRoom_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Model.Encoder.Encode("good", new int[127]));
    }

    [Fact]
    public void Load_LimitWithoutRoomForTheFrame_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TextEncoder.Load(Repository.Model, 1));
    }

    [Fact]
    public void Load_FolderWithoutEmojiTable_DoesNotNormalise()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Repository.Model, "vocab.txt"), folder["vocab.txt"]);

        var encoder = TextEncoder.Load(folder.Path, 128);

        Assert.Equal(Model.Tokenizer.Encode("&amp; @bob"), encoder.Encode("&amp; @bob"));
        Assert.NotEqual(Model.Encoder.Encode("&amp; @bob"), encoder.Encode("&amp; @bob"));
    }

    [Fact]
    public void VocabularySize_OfTheModel_IsThatOfItsConfig()
    {
        Assert.Equal(30_522, Model.Encoder.VocabularySize);
    }

    [Fact]
    public void Encode_Warm_AllocatesNothing()
    {
        var texts = Model.Goldens().Select(g => g.Text).ToArray();
        var ids = new int[128];

        var fewest = Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var text in texts)
            {
                Model.Encoder.Encode(text, ids);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, fewest);
    }

    [Fact]
    public async Task Encode_FromManyThreads_GivesTheSameIds()
    {
        var goldens = Model.Goldens().ToList();

        var differing = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            goldens.Count(g => !Model.Encoder.Encode(g.Text).SequenceEqual(g.Ids))))).DefaultTimeout();

        Assert.All(differing, count => Assert.Equal(0, count));
    }
}
