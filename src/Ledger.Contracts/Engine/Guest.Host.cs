using Ledger.Contracts.Engine.QuickJs;

namespace Ledger.Contracts.Engine;

/// <summary>Calls out of the guest: the one function that the bootstrap gets.</summary>
internal sealed partial class Guest
{
    /// <summary>Gas of a call to the host, before its texts and whatever the host charges for what it does.</summary>
    public const int GasPerHostCall = 2000;

    // The same array each time: a guest has one host call at a time, since runs within one use other guests.
    private readonly string?[] _texts = new string?[IScriptHost.MaxArguments];

    /// <summary>The script calls the host with values that lie at an address.</summary>
    /// <returns>A pointer to the answer, which the guest frees; 0 for undefined.</returns>
    public int CallHost(int count, uint arguments)
    {
        if (_host is null) return Throw("NO_LEDGER", "there is no ledger here: only a call has one");
        Charge(GasPerHostCall);
        try
        {
            if (!TryReadArguments(count, arguments, out var operation))
                return Throw("ARGUMENTS", "the host takes a number from 0 and at most eight texts");
            var answer = _host.Invoke(operation, _texts.AsSpan(0, count - 1), this);
            return answer is null ? 0 : NewText(answer);
        }
        catch (ScriptHostException refusal)
        {
            return Throw(refusal.Code, refusal.Message);
        }
        catch (GuestTextException text)
        {
            return Throw(text.Code, text.Message);
        }
    }

    private bool TryReadArguments(int count, uint arguments, out int operation)
    {
        operation = -1;
        if (count is < 1 or > IScriptHost.MaxArguments + 1) return false;
        if (_instance.ReadInt32(arguments + QuickJsValue.TagOffset) != QuickJsValue.Integer) return false;
        operation = _instance.ReadInt32(arguments);
        for (var i = 1; i < count; i++)
        {
            var value = arguments + (uint)(i * QuickJsValue.Bytes);
            switch (_instance.ReadInt32(value + QuickJsValue.TagOffset))
            {
                case QuickJsValue.Undefined:
                    _texts[i - 1] = null;
                    break;
                case QuickJsValue.Text or QuickJsValue.Rope:
                    _texts[i - 1] = ReadText(unchecked((int)value));
                    break;
                default:
                    return false;
            }
        }

        return operation >= 0;
    }

    private int Throw(string code, string message)
    {
        var codeText = NewText(code);
        var messageText = NewText(message);
        var error = Call(_handles.Fail, codeText, messageText);
        _exports.FreeValue(_handles.Context, codeText);
        _exports.FreeValue(_handles.Context, messageText);
        if (Tag(error) == QuickJsValue.Exception) return error;
        var thrown = NotZero(_exports.Throw(_handles.Context, error));
        _exports.FreeValue(_handles.Context, error);
        return thrown;
    }
}
