using Moodstream.Bert.Loading;

namespace Moodstream.Bert.Tests.Loading;

/// <summary>Files that lie about themselves.</summary>
public sealed class SafetensorsFileTests
{
    private const string Sound = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void Open_SoundFile_ListsItsTensors()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["w"], WeightsBytes.Of(Sound + "   ", 8));

        using var file = SafetensorsFile.Open(folder["w"]);

        Assert.Equal([2], Assert.Single(file.Tensors).Value.Shape);
    }

    [Theory]
    [InlineData("not JSON", "no object", "'{' as its first byte")]
    [InlineData("broken JSON", """{"a":{""", "expected JSON")]
    [InlineData("text behind", """{} x""", "expected JSON")]
    [InlineData("deep", """{"a":{"dtype":[[[[[[[[]]]]]]]]}}""", "the header|a:")]
    [InlineData("no members", """{"a":{}}""", "dtype, shape and two data_offsets")]
    [InlineData("unknown type", """{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", "F31")]
    [InlineData("half bytes", """{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}""", "F4")]
    [InlineData("wrong size", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "12 bytes for F32 [3]")]
    [InlineData("negative", """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "whole numbers from 0")]
    [InlineData("fraction", """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "whole numbers from 0")]
    [InlineData("overflow", """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "64 bits")]
    [InlineData("backwards", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets in order")]
    [InlineData("beyond the file", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "16 bytes after the header")]
    [InlineData("a gap", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "data from byte 0")]
    [InlineData("short", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes after the header")]
    [InlineData("many dimensions", """{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "at most 8")]
    [InlineData("other member", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", "once each, found x")]
    [InlineData(
        "overlap",
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "b: expected data from byte 8")]
    [InlineData(
        "same name",
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "a: expected a name that occurs once")]
    public void Open_LyingHeader_IsRefusedByPlace(string lie, string header, string expected)
    {
        var error = Refusal(WeightsBytes.Of(header, 8));

        Assert.True(
            expected.Split('|').Any(e => error.Contains(e, StringComparison.Ordinal)), $"{lie}: {error}");
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(100_000_001)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void Open_HeaderLongerThanTheFile_IsRefusedBeforeMemoryIsTaken(long length) =>
        Assert.Contains("the header's length", Refusal(WeightsBytes.Of(Sound, length, 8)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Open_FileShorterThanALength_IsRefused(int bytes) =>
        Assert.Contains("at least 8 bytes", Refusal(new byte[bytes]), StringComparison.Ordinal);

    [Fact]
    public void Open_EveryTruncation_IsRefused()
    {
        var whole = WeightsBytes.Of(Sound, 8);

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotEmpty(Refusal(whole[..length]));
        }
    }

    private static string Refusal(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["w"], bytes);
        return Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(folder["w"]).Dispose()).Message;
    }
}
