using System.Globalization;
using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Sidecar.Tests;

/// <summary>What is taken for written must be what would be written.</summary>
public sealed class GoJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1.5,-2,true,null,"x"],"d":{}},"e":[]}""", true)]
    [InlineData("""{"b":1,"a":2}""", false)]
    [InlineData("""{"a":1,"a":2}""", false)]
    [InlineData("""{"a":{"z":1},"b":{"c":1}}""", true)]
    [InlineData("""{ "a":1}""", false)]
    [InlineData("""{"a" :1}""", false)]
    [InlineData("""{"a": 1}""", false)]
    [InlineData("""{"a":1 ,"b":2}""", false)]
    [InlineData("""{"a":[1, 2]}""", false)]
    [InlineData("""{"a":[1 ]}""", false)]
    [InlineData(" {}", false)]
    [InlineData("{}\n", false)]
    [InlineData("""{"a":"<b>"}""", false)]
    [InlineData("""{"a":"\u0041"}""", false)]
    [InlineData("""{"a":0.1}""", true)]
    [InlineData("""{"a":0.10}""", false)]
    [InlineData("""{"a":1e3}""", false)]
    [InlineData("""{"a":0.00001}""", false)]
    [InlineData("""{"a":1234567890123456789}""", false)]
    public void IsWritten_KnowsWhatWriteWouldChange(string json, bool expected)
    {
        Assert.Equal(expected, GoJson.IsWritten(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void IsWritten_RandomJson_IsTrueOnlyOfWhatWriteGives()
    {
        var written = 0;
        foreach (var seed in Fuzz.Seeds(2_000))
        {
            var random = new Random(seed);
            var json = Encoding.UTF8.GetBytes(Value(random, depth: 0));
            using var document = JsonDocument.Parse(json);
            var bytes = GoJson.Bytes(document.RootElement, doubles: true);

            if (GoJson.IsWritten(json))
            {
                written++;
                Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(json));
            }
        }

        Assert.True(written > 0);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":1,}""")]
    [InlineData("nope")]
    public void IsWritten_NoJson_Throws(string json)
    {
        Assert.ThrowsAny<JsonException>(() => GoJson.IsWritten(Encoding.UTF8.GetBytes(json)));
    }

    private static string Value(Random random, int depth) => random.Next(depth < 4 ? 8 : 5) switch
    {
        0 => random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * Math.Pow(10, random.Next(-8, 20))).ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal),
        2 => Math.Round(random.NextDouble() * 10, random.Next(1, 15)).ToString("R", CultureInfo.InvariantCulture),
        3 => random.Next(2) == 0 ? "true" : "null",
        4 => $"\"{new string([.. Enumerable.Range(0, random.Next(4)).Select(_ => "abcé<&😀\u2028"[random.Next(9)])])}\"",
        5 => $"[{string.Join(random.Next(9) == 0 ? ", " : ",", Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(i => $"\"{(char)('a' + (random.Next(5) == 0 ? 0 : i))}\":{Value(random, depth + 1)}"))}}}",
    };
}
