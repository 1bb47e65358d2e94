import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followShell } from './follow-shell.ts';
import { createKeyfobStore, KeyfobStoreContext } from './store.ts';
import './styles/base.css';
import { App } from './views/app.tsx';

const store = createKeyfobStore(window.keyfob);
followShell(store);
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <KeyfobStoreContext value={store}>
        <App />
      </KeyfobStoreContext>
    </StrictMode>,
  );
}
