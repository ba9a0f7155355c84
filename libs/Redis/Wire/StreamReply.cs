namespace Moodstream.Redis.Wire;

/// <summary>Reads what XRANGE answers: entries of an id and a flat list of names and values.</summary>
internal static class StreamReply
{
    public static StreamEntry ReadEntry(RespValue entry)
    {
        if (entry.ToItems() is not [var id, var list] || list.ToItems() is not { } flat || flat.Count % 2 != 0)
        {
            throw new RedisException(
                RedisFailure.Protocol, "expected an entry of an id and pairs of names and values, came something else");
        }

        var fields = new StreamField[flat.Count / 2];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new StreamField(flat[2 * i].ToText(), flat[(2 * i) + 1].ToBytes());
        }

        return new StreamEntry(id.ToText(), fields);
    }
}
