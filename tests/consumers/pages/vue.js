import ConnectStore from 'example';
import { createApp, h, reactive, vModelText, withDirectives } from 'vue';

globalThis.outcomes = [];
const values = reactive({ clientId: '', accessToken: '', storeUrl: '', name: '' });
globalThis.state = () => ({ ...values });
/** An input with `v-model`. */
const input = (name) =>
  withDirectives(
    h('input', {
      name,
      'onUpdate:modelValue': (value) => {
        values[name] = value;
      },
    }),
    [[vModelText, values[name]]],
  );
const app = createApp(() =>
  h(
    ConnectStore,
    {
      onConnected: ({ id }) => outcomes.push(['connected', id]),
      onFailed: ({ code }) => outcomes.push(['failed', code]),
    },
    () =>
      h('form', { method: 'post' }, [
        ...Object.keys(values).map(input),
        h('button', { disabled: true }, 'Connect'),
      ]),
  ),
);
app.mount('main');
globalThis.unmount = () => app.unmount();
